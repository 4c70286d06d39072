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

    @Test func `a proxy that answers for a whole network is seen, and doubted`() async throws {
        // The target answers for all that it has another way to, whether anybody is there or not.
        try await lab.scanner.raise("eth0", address: "10.70.0.1/24")
        try await lab.target.run("ip", ["link", "add", "far0", "type", "ifb"])
        try await lab.target.raise("far0")
        try await lab.target.run("ip", ["route", "add", "10.70.0.0/24", "dev", "far0"])
        try await lab.target.run("ip", ["route", "add", "10.70.0.1/32", "dev", "eth0"])
        for setting in [
            "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0",
            "net.ipv4.conf.eth0.proxy_arp=1", "net.ipv4.neigh.eth0.proxy_delay=0",
        ] { try await lab.target.run("sysctl", ["-qw", setting]) }
        let got = try scan("10.70.0.0/24", from: lab.scanner, nil)
        let others = got.hosts.filter { $0.address.description != "10.70.0.1" }
        #expect(others.count == 255 && others.count { $0.status == .up } >= 254)
        #expect(Set(others.compactMap(\.hardwareAddress)).count == 1)
        #expect(others.filter { $0.status == .up }.allSatisfy { $0.remarks.contains { $0.contains("proxy ARP") } })
        // Four addresses of one machine are nothing to wonder at.
        let few = try scan("10.8.0.0/24", from: lab.scanner, nil)
        #expect(few.up == 5 && few.hosts.allSatisfy { $0.remarks.isEmpty })
    }

    @Test func `a host that answers on one odd port alone is found by it, or taken for one that is up`() async throws {
        let folder = try TemporaryFolder("rules")
        try await lab.target.load(
            "table ip more {\n chain input {\n type filter hook input priority -5\n"
                + "ip daddr 10.9.7.1 tcp dport != \(lab.open[5]) drop\n ip daddr 10.9.7.1 ip protocol icmp drop\n }\n}\n",
            in: folder)
        let odd = lab.open[5]
        #expect(try scan("10.9.7.1", from: lab.scanner, ports: "\(odd)").up == 0)
        let pinged = try scan("10.9.7.1", from: lab.scanner, ports: "\(odd)") {
            $0.discovery = .probes([.synchronize(ports: [odd])])
        }
        #expect(pinged.ports(.open) == [odd] && pinged.hosts.first?.reason.cause == .synAck)
        let assumed = try scan("10.9.7.1", from: lab.scanner, ports: "79,\(odd)") {
            $0.discovery = ScanOptions.Discovery.none
        }
        #expect(assumed.ports(.open) == [odd] && assumed.ports(.filtered) == [79] && assumed.up == 1)
    }

    @Test func `a firewall's resets for hosts that are not there are told as what they are`() async throws {
        let folder = try TemporaryFolder("rules")
        try await lab.target.load(
            "table ip more {\n chain input {\n type filter hook input priority -5\n"
                + "ip daddr 10.9.8.0/24 ip protocol icmp drop\n"
                + "ip daddr 10.9.8.0/24 ip protocol tcp reject with tcp reset\n }\n}\n", in: folder)
        let got = try scan("10.9.8.0/28", from: lab.scanner, ports: "80,443")
        // Nothing can tell them from hosts that are; the reason says by what they were taken for such.
        #expect(got.hosts.allSatisfy { $0.status == .up && $0.reason.cause == .reset })
        #expect(got.hosts.allSatisfy { $0.ports.allSatisfy { $0.state == .closed } })
    }

    @Test func `a host of the link that no neighbor answers for holds nothing up`() throws {
        for kind in [ScanOptions.Kind.synchronize, .udp, .connect] {
            let got = try scan("10.8.0.77", from: lab.scanner, kind, ports: "1-100") {
                $0.discovery = ScanOptions.Discovery.none
            }
            #expect(got.up == 0 && got.hosts.first?.status == .down, "\(kind)")
            #expect(got.seconds < 2)
        }
    }

    @Test func `a link-local host is scanned by its zone, which reports tell where they can`() async throws {
        for place in [lab.scanner, lab.target] {
            try await Wait.until("addresses that nobody else has") {
                try await !place.run("ip", ["-6", "address"]).contains("tentative")
            }
        }
        let words = try await lab.target.run("ip", ["-6", "-o", "address", "show", "dev", "eth0", "scope", "link"])
            .split(whereSeparator: \.isWhitespace)
        let address = words.firstIndex(of: "inet6").map { words[$0 + 1].split(separator: "/")[0] } ?? ""
        let folder = try TemporaryFolder("zone")
        for kind in ["-sS", "-sT"] {
            let result = try await Tools.scan(
                ["-n", "-6", kind, "-p80,81", "-oX", folder.file("x"), "-oJ", folder.file("j"), "\(address)%eth0"],
                in: lab.scanner)
            #expect(result.exit.isSuccess && result.output.contains("80/tcp open"), "\(result)")
            let index = try await lab.scanner.run("cat", ["/sys/class/net/eth0/ifindex"]).prefix { $0.isNumber }
            #expect(Files.text(folder.file("j"))?.contains("\"address\":\"\(address)%\(index)\"") == true)
            #expect(Files.text(folder.file("x"))?.contains("addr=\"\(address)\"") == true)
            try await Command.output(
                "xmllint", ["--noout", "--dtdvalid", "/usr/share/nmap/nmap.dtd", folder.file("x")])
        }
        // Without a zone nobody knows on which link, and a link has more addresses than anybody has time for.
        #expect(try await Tools.scan(["-n", "-6", "-p80", "fd00:8::/64"], in: lab.scanner).exit == .code(64))
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
