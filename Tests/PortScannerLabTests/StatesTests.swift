import Lab
import PortScanner
import Testing

@Suite("States of the lab's ports", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct StatesTests {
    let lab: ScanLab
    init() async throws { lab = try await ScanLab() }

    /// Every port from 1 on that is neither open nor has a rule.
    private var closed: [UInt16] {
        let open = Set(lab.open)
        return (1...65_535).filter {
            !open.contains($0) && !ScanLab.dropped.contains($0) && !ScanLab.rejected.contains($0)
        }
    }

    @Test(arguments: [ScanOptions.Kind.synchronize, .connect])
    func `all 65,535 states are exact`(_ kind: ScanOptions.Kind) throws {
        let got = try scan("10.8.0.2", from: lab.scanner, kind, ports: "1-65535")
        #expect(got.ports(.open) == lab.open)
        #expect(got.ports(.closed) == closed)
        #expect(got.ports(.filtered) == Array(ScanLab.dropped) + Array(ScanLab.rejected))
        #expect(got.totals.undecided == 0)
        #expect(
            got.hosts.first?.ports.first { $0.port == 80 }?.reason.cause
                == (kind == .connect ? .connectionAccepted : .synAck))
        if kind == .synchronize {
            #expect(got.hosts.first?.ports.first { $0.port == 80 }?.reason.timeToLive == 64)
            #expect(got.hosts.first?.hardwareAddress != nil)
        }
    }

    @Test(arguments: [ScanOptions.Kind.synchronize, .connect])
    func `IPv6 ports are exact`(_ kind: ScanOptions.Kind) throws {
        let got = try scan("fd00:8::2", from: lab.scanner, kind, ports: "1-65535")
        #expect(got.ports(.open) == lab.open)
        #expect(got.ports(.closed).count == 65_535 - 74)
    }

    @Test(arguments: ["127.0.0.1", "10.8.0.2", "::1", "fd00:8::2"], [ScanOptions.Kind.synchronize, .connect])
    func `a machine scans itself, and meets itself nowhere`(_ address: String, _ kind: ScanOptions.Kind) throws {
        // From the target's own namespace; its ephemeral ports are among those that are asked.
        let got = try scan(address, from: lab.target, kind, ports: "1-65535")
        #expect(got.ports(.open) == lab.open)
    }

    @Test func `a /16 has no miss`() throws {
        let got = try scan("10.9.0.0/16", from: lab.scanner, ports: "80") { $0.discovery = ScanOptions.Discovery.none }
        #expect(got.hosts.count == 65_536)
        #expect(got.hosts.count { $0.ports.first?.state == .open } == 32_768)
        #expect(got.hosts.count { $0.ports.first?.state == .closed } == 16_384)
        #expect(got.hosts.count { $0.ports.first?.state == .filtered } == 16_384)
    }

    @Test(arguments: [ScanOptions.Kind.finish, .null, .christmas, .maimon])
    func `silence is read, and what a rate limit hides is undecided`(_ kind: ScanOptions.Kind) throws {
        // 20,050 to 20,099 drop, 30,000 to 30,049 are rejected at one answer a second.
        let got = try scan("10.8.0.2", from: lab.scanner, kind, ports: "20050-21999,30000-30049")
        // Linux resets what carries an acknowledgment, open or not, and Maimon's probe does.
        let open = kind == .maimon ? [] : lab.open.filter { (20_100...21_999).contains($0) }
        #expect(got.ports(.closed) == (20_100...21_999).filter { !open.contains($0) })
        let filtered = got.ports(.filtered)
        #expect(!filtered.isEmpty && filtered.allSatisfy(ScanLab.rejected.contains))
        #expect(got.ports(.openOrFiltered).isEmpty)
        #expect(
            got.ports(.undecided)
                == ((20_050...20_099) + open + ScanLab.rejected.filter { !filtered.contains($0) }).sorted())
        #expect(got.seconds < 3)
    }

    @Test func `an ACK scan tells what is filtered`() throws {
        let got = try scan("10.8.0.2", from: lab.scanner, .acknowledge, ports: "20000-21999")
        #expect(got.ports(.filtered) == Array(ScanLab.dropped))
        #expect(got.ports(.unfiltered) == Array(20_100...21_999))
    }

    @Test func `nmap sees the same states`() async throws {
        let ports = "1-2000,20000-20199,30000-30099,60000-65535"
        let ours = try scan("10.8.0.2", from: lab.scanner, ports: ports)
        let text = try await lab.scanner.run("nmap", ["-n", "-Pn", "-sS", "-p", ports, "-oG", "-", "-d", "10.8.0.2"])
        var theirs: [UInt16: String] = [:]
        for word in text.split(whereSeparator: { " ,\t\n".contains($0) }) {
            let parts = word.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count >= 3, parts[2] == "tcp", let port = UInt16(parts[0]) { theirs[port] = String(parts[1]) }
        }
        for state in [PortState.open, .closed, .filtered] {
            // With "-d" nmap lists every port; without, it may count the commonest state.
            let listed = theirs.filter { $0.value == state.rawValue }.map(\.key).sorted()
            if !listed.isEmpty { #expect(ours.ports(state) == listed, "\(state)") }
        }
        #expect(theirs.values.contains("open") && theirs.values.contains("filtered"))
    }
}
