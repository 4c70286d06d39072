import Lab
import PortScanner
import Testing

/// Two namespaces joined by a program that delays, reorders, doubles and loses what passes.
///
/// The scanner's end is a tunnel: its frames begin with the IP header. 10.50.0.2 has the ports of `open`.
final class Tunnel: Sendable {
    let scanner: Namespace
    let target: Namespace
    static let open: [UInt16] = [22, 80, 443, 1500, 2999, 3000]
    private let folder: TemporaryFolder
    private let processes: [Process]

    init(_ words: String...) async throws {
        folder = try TemporaryFolder("tunnel")
        (scanner, target) = (try await Namespace("near"), try await Namespace("far"))
        let forwarder = try Process(
            "/usr/bin/python3",
            [support("forwarder.py"), "/run/netns/\(scanner.name)", "/run/netns/\(target.name)"] + words,
            options: Self.output(folder.file("forwarder"), in: nil))
        let paths = [folder.file("forwarder"), folder.file("listeners")]
        try await Wait.until("the forwarder") { Files.text(paths[0])?.contains("ready") == true }
        try await scanner.raise("tun0", address: "10.50.0.1/24")
        try await target.raise("tun0", address: "10.50.0.2/24")
        let script = """
            import socket, sys, time
            kept = [socket.create_server(("10.50.0.2", int(port)), backlog=128) for port in sys.argv[1:]]
            print("ready", flush=True)
            time.sleep(600)
            """
        let listeners = try Process(
            "/usr/bin/python3", ["-c", script] + Self.open.map(String.init), options: Self.output(paths[1], in: target))
        processes = [forwarder, listeners]
        try await Wait.until("listeners") { Files.text(paths[1])?.contains("ready") == true }
    }

    deinit { for process in processes { process.kill() } }

    private static func output(_ path: String, in namespace: Namespace?) -> Process.Options {
        var options = Process.Options()
        options.namespace = namespace?.name
        options.output = .file(path)
        return options
    }
}

@Suite("A tunnel that delays, reorders and doubles", .enabled("namespaces are needed") { await Tools.arePresent() })
struct TunnelTests {
    @Test func `answers out of order and doubled give one result each`() async throws {
        let tunnel = try await Tunnel("least=5", "most=60", "double=0.3")
        let got = try scan("10.50.0.2", from: tunnel.scanner, ports: "1-3000")
        #expect(got.ports(.open) == Tunnel.open)
        #expect(got.ports(.closed).count == 3000 - Tunnel.open.count)
        #expect(got.totals.duplicates > 300)
        #expect(got.totals.undecided == 0)
        // Frames begin with the IP header here: there is no neighbor to be asked.
        #expect(got.hosts.first?.hardwareAddress == nil)
    }

    @Test func `a connect scan of the same tunnel is exact`() async throws {
        let tunnel = try await Tunnel("least=5", "most=60", "double=0.3")
        let got = try scan("10.50.0.2", from: tunnel.scanner, .connect, ports: "1-3000")
        #expect(got.ports(.open) == Tunnel.open)
        #expect(got.ports(.closed).count == 3000 - Tunnel.open.count)
    }

    @Test func `loss, delay and doubling together hide no open port`() async throws {
        let tunnel = try await Tunnel("least=1", "most=40", "double=0.1", "lose=0.05")
        let got = try scan("10.50.0.2", from: tunnel.scanner, ports: "1-3000")
        #expect(got.ports(.open) == Tunnel.open)
        #expect(got.ports(.closed).count + got.ports(.undecided).count == 3000 - Tunnel.open.count)
        #expect(got.totals.lost > 50)
    }

    @Test func `answers that come more than a second late count, and count once`() async throws {
        let tunnel = try await Tunnel("late=0.1", "lateness=1300")
        let got = try scan("10.50.0.2", from: tunnel.scanner, ports: "1-3000") {
            $0.timeout = (.seconds(2), .seconds(10))
        }
        #expect(got.ports(.open) == Tunnel.open)
        #expect(got.ports(.closed).count == 3000 - Tunnel.open.count)
        // Each of them was asked again meanwhile, and answered that, too.
        #expect(got.totals.undecided == 0)
    }

    @Test func `a second of delay for everything is found out, and waited for`() async throws {
        let tunnel = try await Tunnel("least=1000", "most=1010")
        let got = try scan("10.50.0.2", from: tunnel.scanner, ports: "1-200") {
            $0.initialTimeout = .milliseconds(1500)
        }
        #expect(got.ports(.open) == [22, 80])
        #expect(got.ports(.closed).count == 198)
    }
}
