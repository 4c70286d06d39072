import FoundationEssentials
import Glibc
import Lab
import Linux
import PortScanner
import Testing
import Wire

/// What the tests need here.
enum Tools {
    static func arePresent() async -> Bool {
        guard geteuid() == 0, Program.find("nft") != nil, Program.find("nmap") != nil else { return false }
        return await Namespace.isPermitted()
    }

    /// `APUS` if it is set, else the product beside the tests.
    static let apus: String = {
        if let path = ProcessInfo.processInfo.environment["APUS"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return tests.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/apus"
    }()

    /// Runs `apus scan` in a namespace, to its end.
    static func scan(_ arguments: [String], in namespace: Namespace) async throws -> Command.Result {
        var options = Process.Options()
        options.namespace = namespace.name
        return try await Command.run(apus, ["scan"] + arguments, options: options)
    }
}

/// Runs `body` on a thread in a network namespace, and waits for it.
func inside<R: Sendable>(_ namespace: Namespace, _ body: @escaping @Sendable () throws -> R) throws -> R {
    // The thread is joined before the memory is read or given back.
    nonisolated(unsafe) let outcome = UnsafeMutablePointer<Result<R, any Error>?>.allocate(capacity: 1)
    outcome.initialize(to: nil)
    defer { outcome.deinitialize(count: 1); outcome.deallocate() }
    let path = "/run/netns/\(namespace.name)"
    Thread(name: "inside") {
        let place = open(path, O_RDONLY | O_CLOEXEC)
        typealias Enter = @convention(c) (Int32, Int32) -> Int32
        let enter = unsafeBitCast(dlsym(nil, "setns"), to: Enter.self)
        precondition(enter(place, 0x4000_0000) == 0, "the namespace is there")
        close(place)
        outcome.pointee = Result { try body() }
    }.join()
    return try #require(outcome.pointee).get()
}

/// What a scan found.
struct Scanned: Sendable {
    var hosts: [HostResult]
    var totals: ScanProgress.Totals
    var seconds: Double

    var up: Int { hosts.count { $0.status == .up } }

    /// The ports of a host in a state, listed or counted.
    func ports(_ state: PortState, of host: Int = 0) -> [UInt16] {
        guard hosts.indices.contains(host) else { return [] }
        let result = hosts[host]
        return
            (result.ports.filter { $0.state == state }.map(\.port)
            + result.otherPorts.filter { $0.state == state }.flatMap { $0.ports.ports }).sorted()
    }
}

/// Scans from inside of a namespace.
func scan(
    _ targets: String, from namespace: Namespace, _ kind: ScanOptions.Kind? = .synchronize, ports: String = "-",
    _ change: @escaping @Sendable (inout ScanOptions) -> Void = { _ in }
) throws -> Scanned {
    try inside(namespace) {
        var builder = TargetSetBuilder()
        for word in targets.split(separator: " ") { try TargetSpecification(String(word)).include(in: &builder) }
        let kinds = kind.map { [$0] }
        let protocols = Set((kinds ?? [.synchronize]).map(\.protocol))
        var options = ScanOptions(ports: try PortSpecification(for: protocols).read(ports))
        options.kinds = kinds
        options.findsHostsOnly = kind == nil
        change(&options)
        let scan = Scan(builder.finish(), options)
        var hosts: [HostResult] = []
        let began = Clock.monotonic
        try scan.run { hosts += $0 }
        return Scanned(
            hosts: hosts, totals: scan.control.progress.totals, seconds: Double(Clock.monotonic - began) / 1e9)
    }
}
