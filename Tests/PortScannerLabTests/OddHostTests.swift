import Lab
import PortScanner
import Testing

/// Hosts that no kernel plays: `Support/peer.py` answers for 10.60.0.0/24.
@Suite("Odd hosts", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct OddHostTests {
    let lab: ScanLab
    let peer: Peer

    final class Peer: Sendable {
        let process: Process
        let folder: TemporaryFolder

        init(_ lab: ScanLab) async throws {
            folder = try TemporaryFolder("peer")
            try await lab.scanner.run("ip", ["route", "add", "10.60.0.0/24", "via", "10.8.0.2"])
            // The kernel of the target is to say nothing of addresses that it does not have.
            try await lab.target.run("ip", ["route", "add", "blackhole", "10.60.0.0/24"])
            var options = Process.Options()
            options.namespace = lab.target.name
            options.errors = .file(folder.file("errors"))
            process = try Process("/usr/bin/python3", [support("peer.py"), folder.file("ready")], options: options)
            let ready = folder.file("ready")
            try await Wait.until("the odd hosts", within: .seconds(20)) { Files.exists(ready) }
        }

        deinit { process.kill() }
    }

    init() async throws {
        lab = try await ScanLab()
        peer = try await Peer(lab)
    }

    private func ask(
        _ host: Int, _ kind: ScanOptions.Kind = .synchronize, ports: String = "80,81"
    ) throws -> Scanned {
        try scan("10.60.0.\(host)", from: lab.scanner, kind, ports: ports) {
            $0.discovery = ScanOptions.Discovery.none
            // The hosts are Python's, and slow.
            $0.timeout = (.milliseconds(500), .seconds(2))
            $0.patience = .milliseconds(1200)
        }
    }

    @Test func `an error that quotes eight octets is enough`() throws {
        let got = try ask(1)
        #expect(got.ports(.filtered) == [80, 81])
        #expect(got.hosts[0].ports.allSatisfy { $0.reason.cause == .adminProhibited && $0.reason.source == nil })
    }

    @Test func `a router that answers in a host's stead is named`() throws {
        let got = try ask(2)
        #expect(got.ports(.filtered) == [80, 81])
        #expect(got.hosts[0].ports.allSatisfy { $0.reason.cause == .hostUnreachable })
        #expect(got.hosts[0].ports.first?.reason.source?.description == "10.8.0.2")
    }

    @Test func `forged answers are ignored, and counted`() throws {
        let got = try ask(3)
        #expect(got.ports(.filtered) == [80, 81])
        #expect(got.hosts[0].ports.allSatisfy { $0.reason.cause == .noResponse })
        #expect(got.totals.strangers >= 8)
    }

    @Test func `a tarpit without a window is doubted`() throws {
        let got = try ask(4, ports: "1-80")
        #expect(got.hosts.first?.remarks.contains { $0.contains("tarpit") } == true)
    }

    @Test func `a firewall's reset and the host's own answer tell their times to live`() throws {
        let got = try ask(5)
        #expect(got.ports(.open) == [80] && got.ports(.closed) == [81])
        #expect(got.hosts[0].ports.map(\.reason.timeToLive) == [57, 200])
    }

    @Test func `an answer that comes again and again is one result`() throws {
        let got = try ask(6, ports: "80")
        #expect(got.hosts.count == 1 && got.hosts[0].ports.count == 1 && got.ports(.open) == [80])
        let pair = try ask(7, ports: "80")
        #expect(pair.ports(.closed) == [80])
    }

    @Test func `a simultaneous open proves nothing`() throws {
        #expect(try ask(8, ports: "80").ports(.filtered) == [80])
    }

    @Test(arguments: [9, 10])
    func `an answer that comes tagged, of priority alone or of a VLAN, counts`(_ host: Int) throws {
        let got = try ask(host)
        #expect(got.ports(.open) == [80] && got.ports(.closed) == [81])
    }

    @Test func `what comes from another port is TFTP's if it says so`() throws {
        #expect(try ask(23, .udp, ports: "69").ports(.open) == [69])
        #expect(try ask(20, .udp, ports: "69").ports(.open).isEmpty)
        #expect(try ask(23, .udp, ports: "70").ports(.open).isEmpty)
    }

    @Test func `UDP answers from elsewhere, and errors about other probes, decide nothing`() throws {
        for host in [20, 21, 22] {
            let got = try ask(host, .udp, ports: "5000")
            #expect(got.ports(.open).isEmpty && got.ports(.closed).isEmpty, "\(host)")
        }
    }

    @Test func `SCTP: INIT ACK, ABORT, silence and a wrong tag`() throws {
        let got = try ask(30, .sctpInit, ports: "9898-9901,36412")
        #expect(got.ports(.open) == [9899, 36412])
        #expect(got.ports(.closed) == [9898])
        #expect(got.ports(.filtered) == [9900, 9901])
        #expect(got.totals.strangers > 0)
    }
}
