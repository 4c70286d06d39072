/// What port scanners are held against: a host whose every port is known, networks of 2^16 and 2^20 addresses, and a sink.
///
/// `scanner` is joined to `target` by a veth pair. The target has 10.8.0.2 to .5 and fd00:8::2; on 10.8.0.2, ports 20000 to
/// 20099 drop everything and 30000 to 30049 are rejected by ICMP. 10.9.0.0/16 and 10.16.0.0/12 are the target's, too: of
/// each four addresses there, port 80 is open on two, drops on one, and resets on one. `sink0` of the scanner swallows what
/// is sent to 10.32.0.0/12.
package final class ScanLab: Sendable {
    package let scanner: Namespace
    package let target: Namespace
    /// Ports that are open on every address of the target, ascending: 74.
    package let open: [UInt16]

    package static let dropped: ClosedRange<UInt16> = 20_000...20_099
    package static let rejected: ClosedRange<UInt16> = 30_000...30_049

    private let listeners: Process
    private let folder: TemporaryFolder

    package init() async throws {
        folder = try TemporaryFolder("scan-lab")
        (scanner, target) = (try await Namespace("scanner"), try await Namespace("target"))
        try await Namespace.connect(scanner, "eth0", "10.8.0.1/24", to: target, "eth0", "10.8.0.2/24")
        for address in ["10.8.0.3/24", "10.8.0.4/24", "10.8.0.5/24", "fd00:8::2/64"] {
            try await target.raise("eth0", address: address)
        }
        try await scanner.raise("eth0", address: "fd00:8::1/64")
        for network in ["10.9.0.0/16", "10.16.0.0/12"] {
            try await scanner.run("ip", ["route", "add", network, "via", "10.8.0.2"])
            try await target.run("ip", ["route", "add", "local", network, "dev", "lo"])
        }
        try await scanner.run("ip", ["link", "add", "sink0", "type", "ifb"])
        try await scanner.raise("sink0", address: "10.77.0.1/24")
        try await scanner.run("ip", ["neigh", "add", "10.77.0.2", "lladdr", "02:00:00:00:00:99", "dev", "sink0"])
        try await scanner.run("ip", ["route", "add", "10.32.0.0/12", "via", "10.77.0.2"])
        // Spread over the range by a step that is prime to it, and away from the ports that have rules.
        var ports: Set<UInt16> = [80, 65_535]
        var next = 97
        while ports.count < 74 {
            next = (next * 7_919 + 13) % 65_535
            let port = UInt16(next)
            if port > 0, !Self.dropped.contains(port), !Self.rejected.contains(port) { ports.insert(port) }
        }
        open = ports.sorted()
        let script = folder.file("listen.py")
        try Files.write(Self.script, to: script)
        var options = Process.Options()
        options.namespace = target.name
        options.output = .file(folder.file("ready"))
        listeners = try Process("python3", [script] + open.map(String.init), options: options)
        try await target.load(Self.rules, in: folder)
        let ready = folder.file("ready")
        try await Wait.until("listeners") { Files.text(ready)?.contains("ready") == true }
    }

    deinit { listeners.kill() }

    private static let script = """
        from signal import pause
        from socket import AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, SO_REUSEADDR, SOL_SOCKET, socket
        from sys import argv
        sockets = []
        for port in map(int, argv[1:]):
            listener = socket(AF_INET6)
            listener.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
            listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            listener.bind(("::", port))
            listener.listen(512)
            sockets.append(listener)
        print("ready", flush=True)
        pause()

        """

    private static let rules = """
        table inet lab {
          chain input {
            type filter hook input priority 0
            ip daddr 10.8.0.2 tcp dport 20000-20099 drop
            ip daddr 10.8.0.2 tcp dport 30000-30049 reject with icmp type admin-prohibited
            ip daddr { 10.9.0.0/16, 10.16.0.0/12 } ip daddr & 0.0.0.3 == 0.0.0.1 tcp dport 80 drop
            ip daddr { 10.9.0.0/16, 10.16.0.0/12 } ip daddr & 0.0.0.3 == 0.0.0.2 tcp dport 80 reject with tcp reset
          }
        }

        """
}

extension Namespace {
    /// Loads rules of the packet filter (`nft(8)`).
    package func load(_ rules: String, in folder: TemporaryFolder) async throws {
        try await run("nft", ["-f", try folder.write(rules, to: "rules.nft")])
    }
}
