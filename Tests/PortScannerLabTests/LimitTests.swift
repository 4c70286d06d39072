import Lab
import PortScanner
import Testing

/// Hosts that limit their answers: the kernel's own limit on ICMP errors, and a firewall's on resets.
@Suite("Limits of hosts", .enabled("namespaces, nft and nmap are needed") { await Tools.arePresent() })
struct LimitTests {
    let lab: ScanLab
    let folder: TemporaryFolder

    init() async throws {
        lab = try await ScanLab()
        folder = try TemporaryFolder("limits")
    }

    @Test func `the kernel's one error a second is told, and a host that says nothing is not held to it`() async throws
    {
        try await lab.target.load(
            "table ip edge {\n chain input {\n type filter hook input priority -10\n ip daddr 10.8.0.3 udp dport 1-65535 drop\n }\n}\n",
            in: folder)
        let got = try scan("10.8.0.2-3", from: lab.scanner, .udp, ports: "40000-40039") { $0.patience = .seconds(5) }
        let limit = try #require(got.hosts[0].rateLimits.first)
        print("limit: \(limit), closed \(got.ports(.closed).count), undecided \(got.ports(.undecided).count)")
        #expect(limit.kind == .errors && (0.5...2).contains(limit.perSecond))
        #expect(got.hosts[0].remarks.contains { $0.hasPrefix("rate-limited: about") })
        #expect(got.ports(.closed).count >= 6 && got.ports(.closed).count + got.ports(.undecided).count == 40)
        #expect(!got.ports(.undecided).isEmpty)
        // Nothing ever came of it: its silence is believed.
        #expect(got.ports(.openOrFiltered, of: 1).count == 40 && got.hosts[1].rateLimits.isEmpty)
        #expect(got.totals.undecided == UInt64(got.ports(.undecided).count))
    }

    @Test func `patience decides what the kernel's limit holds back`() throws {
        let got = try scan("10.8.0.2", from: lab.scanner, .udp, ports: "40000-40013") { $0.patience = .seconds(40) }
        #expect(got.ports(.closed) == Array(40_000...40_013))
        #expect(got.totals.undecided == 0)
    }

    @Test func `one host's limit on resets slows that host alone, and is told`() async throws {
        try await lab.target.load(
            """
            table inet edge {
              chain output {
                type filter hook output priority 0
                ip saddr 10.8.0.4 tcp flags & rst == rst limit rate over 200/second burst 50 packets drop
              }
              chain input {
                type filter hook input priority -10
                ip daddr 10.8.0.5 tcp flags & syn == syn counter
              }
            }

            """, in: folder)
        let got = try scan("10.8.0.2-5", from: lab.scanner, ports: "1-3000")
        print("others: \(got.hosts.map(\.rateLimits))")
        let open = lab.open.filter { $0 <= 3000 }
        for host in 0..<4 {
            #expect(got.ports(.open, of: host) == open)
            #expect(got.ports(.closed, of: host).count == 3000 - open.count, "\(host)")
            #expect(got.ports(.filtered, of: host).isEmpty)
        }
        let limit = try #require(got.hosts[2].rateLimits.first)
        print("limit: \(limit), \(got.seconds) s, \(got.totals.sent) sent")
        #expect(limit.kind == .resets && (120...300).contains(limit.perSecond))
        #expect([0, 1, 3].allSatisfy { got.hosts[$0].rateLimits.isEmpty })
        // 2,900 resets at 200 a second take 15 s; the others were asked hardly more than once.
        #expect(got.seconds < 30)
        let text = try await lab.target.run("nft", ["list", "chain", "inet", "edge", "input"]).split(
            whereSeparator: \.isWhitespace)
        let asked = text.firstIndex(of: "packets").flatMap { Int(text[$0 + 1]) } ?? 0
        #expect((3000..<3300).contains(asked), "\(asked)")
    }

    @Test func `the report has the limit, in words and in JSON`() async throws {
        let result = try await Tools.scan(
            ["-n", "-sU", "-p40000-40039", "--patience", "3s", "-oJ", folder.file("j"), "10.8.0.2"], in: lab.scanner)
        #expect(result.exit == .code(2))
        #expect(result.output.contains(/Note: rate-limited: about \d\.\d ICMP errors a second/), "\(result.output)")
        let line = /"rate_limits":\[\{"kind":"icmp-errors","per_second":\d\.\d\d\}\]/
        #expect(Files.text(folder.file("j"))?.contains(line) == true)
        try Files.write(JSONReport.schema, to: folder.file("schema.json"))
        let script = """
            import json, sys, jsonschema
            validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
            for line in open(sys.argv[2]): validator.validate(json.loads(line))
            """
        try await Command.output(
            "\(Program.tools)/bin/python3", ["-c", script, folder.file("schema.json"), folder.file("j")])
    }
}
