import Glibc
import Synchronization

/// A network namespace (`ip-netns(8)`) that is gone when the last reference to it goes or we end.
///
/// It begins with nothing but its own loopback interface, which is up. Making one needs the rights of an administrator.
package final class Namespace: Sendable {
    /// Its name for `ip netns`; it names us as well, so that what a dead process left can be told apart.
    package let name: String

    private static let prefix = "apus-"
    private static let count = Atomic(0)

    /// Makes an empty namespace; `label` is for people who list them.
    package init(_ label: String = "lab") async throws {
        try await Self.sweepOnce()
        let number = Self.count.add(1, ordering: .relaxed).newValue
        name = "\(Self.prefix)\(ProcessTable.name(of: getpid()))-\(number)-\(label)"
        // The warden hears of it first: it may remove what was never made, but not forget what was.
        Warden.shared.keep(.namespace, name)
        try await Command.output("ip", ["netns", "add", name])
        try await run("ip", ["link", "set", "lo", "up"])
    }

    deinit {
        Self.delete(name)
        Warden.shared.release(.namespace, name)
    }

    /// Whether we may make namespaces here: it makes one.
    package static func isPermitted() async -> Bool {
        (try? await Namespace("probe")) != nil
    }

    /// Runs a program in it to its end, and gives what it wrote.
    @discardableResult
    package func run(_ program: String, _ arguments: [String]) async throws -> String {
        var options = Process.Options()
        options.namespace = name
        return try await Command.output(program, arguments, options: options)
    }

    /// Connects two namespaces by a pair of virtual interfaces, which come up with the addresses given (`10.0.0.1/24`).
    ///
    /// The interfaces go with the first of the two namespaces to go.
    package static func connect(
        _ first: Namespace, _ firstInterface: String = "eth0", _ firstAddress: String? = nil,
        to second: Namespace, _ secondInterface: String = "eth0", _ secondAddress: String? = nil
    ) async throws {
        try await Command.output(
            "ip",
            [
                "link", "add", firstInterface, "netns", first.name, "type", "veth",
                "peer", "name", secondInterface, "netns", second.name,
            ])
        try await first.raise(firstInterface, address: firstAddress)
        try await second.raise(secondInterface, address: secondAddress)
    }

    /// Gives an interface an address, if any, and brings it up.
    package func raise(_ interface: String, address: String? = nil) async throws {
        if let address {
            // Without duplicate detection an IPv6 address can be bound at once.
            let flags = address.contains(":") ? ["nodad"] : []
            try await run("ip", ["address", "add", address, "dev", interface] + flags)
        }
        try await run("ip", ["link", "set", interface, "up"])
    }

    /// Removes the namespaces of processes that are no more, and gives their names.
    @discardableResult
    package static func sweep() -> [String] {
        let stale = Files.names(in: "/run/netns").filter { name in
            let parts = name.split(separator: "-")
            return name.hasPrefix(prefix) && parts.count > 2 && !ProcessTable.isAlive(parts[1])
        }
        stale.forEach(delete)
        return stale
    }

    private static let hasSwept = Atomic(false)

    private static func sweepOnce() async throws {
        if hasSwept.exchange(true, ordering: .relaxed) { return }
        sweep()
    }

    /// Does what `ip netns delete` does, without a process: `deinit` cannot wait for one.
    private static func delete(_ name: String) {
        let path = "/run/netns/\(name)"
        _ = unsafe umount2(path, Int32(MNT_DETACH))
        _ = unsafe unlink(path)
    }
}
