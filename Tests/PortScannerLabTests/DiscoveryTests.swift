import Lab
import PortScanner
import Testing

@Suite("Discovery", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct DiscoveryTests {
    let lab: ScanLab
    init() async throws { lab = try await ScanLab() }

    @Test func `ARP finds a link's hosts within a second`() throws {
        let got = try scan("10.8.0.0/24", from: lab.scanner, nil)
        // The target's four, and ourselves.
        #expect(
            got.hosts.filter { $0.status == .up }.map(\.address.description).sorted() == (1...5).map { "10.8.0.\($0)" })
        #expect(got.seconds < 1)
        #expect(got.hosts.first { $0.address.description == "10.8.0.3" }?.reason.cause == .arpResponse)
    }

    @Test func `neighbor solicitations find IPv6 hosts`() throws {
        let got = try scan("fd00:8::/120", from: lab.scanner, nil)
        #expect(
            got.hosts.filter { $0.status == .up }.map(\.address.description).sorted() == ["fd00:8::1", "fd00:8::2"])
        #expect(got.hosts.first { $0.address.description == "fd00:8::2" }?.reason.cause == .neighborResponse)
    }

    @Test(
        arguments: [
            ("", StateReason.Cause.echoReply), ("icmp type echo-request drop", .reset),
            ("icmp type echo-request drop; tcp dport 443 drop", .reset),
            ("icmp type echo-request drop; tcp dport { 80, 443 } drop", .timestampReply),
        ])
    func `routed hosts are found in one way or another`(_ rules: String, _ cause: StateReason.Cause) async throws {
        let folder = try TemporaryFolder("rules")
        if !rules.isEmpty {
            let lines = rules.split(separator: ";").map { "ip daddr 10.9.0.0/16 \($0)" }.joined(separator: "\n")
            try await lab.target.load(
                "table inet more {\n chain input {\n type filter hook input priority -5\n\(lines)\n }\n}\n", in: folder)
        }
        let got = try scan("10.9.1.0/28", from: lab.scanner, nil)
        #expect(got.up == 16)
        // A quarter of them drops what comes to port 80, and is found by the next best probe.
        #expect(got.hosts.count { $0.reason.cause == cause } >= 12)
    }

    @Test func `a router that is not there ends it soon, -Pn or not`() async throws {
        try await lab.scanner.run("ip", ["route", "add", "10.99.0.0/16", "via", "10.8.0.77"])
        for discovery in [nil, ScanOptions.Discovery.none] {
            let got = try scan("10.99.0.0/24", from: lab.scanner, ports: "80") { $0.discovery = discovery }
            #expect(got.up == 0)
            #expect(got.seconds < 2)
        }
        let nowhere = try scan("198.51.100.1", from: lab.scanner, ports: "80")
        #expect(nowhere.hosts.first?.reason.cause == .networkUnreachable)
    }
}
