import Glibc
import Lab
import Testing

/// What stock clients and a stock server say to each other while a link is configured, in a file of `apus capture`.
struct ConfigurationTraffic {
    let folder: TemporaryFolder
    let file: String
    let errors: String

    /// Captures on the client's side with `arguments`; `interface` is `eth0` or `any`.
    init(_ interface: String, _ arguments: [String] = []) async throws {
        folder = try TemporaryFolder("capture")
        file = folder.file("out.pcapng")
        let log = folder.file("errors")
        let (client, server) = (try await Namespace("conf-a"), try await Namespace("conf-b"))
        try await Namespace.connect(client, to: server)
        try await server.run("ip", ["address", "add", "10.77.0.1/24", "dev", "eth0"])
        try await server.run("ip", ["address", "add", "fd77::1/64", "dev", "eth0", "nodad"])
        var options = Process.Options()
        options.namespace = client.name
        options.errors = .file(log)
        let capture = try Process(Apus.path, ["capture", "-i", interface, "-w", file] + arguments, options: options)
        try await CapturedTraffic.wait(for: "capturing on", in: log)
        options.namespace = server.name
        options.errors = .file(folder.file("server"))
        let serving = try Process(
            Program.path(of: "dnsmasq"),
            [
                "--keep-in-foreground", "--user=root", "--pid-file=", "--conf-file=/dev/null", "--no-ping",
                "--no-resolv", "--no-hosts", "--interface=eth0", "--bind-interfaces", "--enable-ra",
                "--dhcp-range=10.77.0.50,10.77.0.90,1h", "--dhcp-range=fd77::100,fd77::1ff,64,1h",
                "--dhcp-leasefile=" + folder.file("leases"), "--dhcp-option=option:domain-search,a.test,b.test",
                "--address=/example.test/10.77.0.1", "--address=/example.test/fd77::1", "--txt-record=txt.test,hello",
                "--log-facility=-", "--log-dhcp",
            ], options: options)
        try await CapturedTraffic.wait(for: "DHCPv6, IP range", in: folder.file("server"))
        // Its lease is not applied: dhclient begins anew, too.
        _ = try await client.run("udhcpc", ["-f", "-n", "-q", "-i", "eth0", "-s", "/bin/true"])
        try await client.run("ip", ["address", "add", "10.77.0.2/24", "dev", "eth0"])
        // DHCPv6 goes from an address that was found to be nobody else's.
        for _ in 0..<100 {
            let settled = try await client.run(
                "ip", ["-6", "address", "show", "dev", "eth0", "scope", "link", "-tentative"])
            if settled.contains("fe80::") { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        for version in ["-4", "-6"] {
            let files = ["-lf", folder.file("client\(version)"), "-pf", folder.file("pid\(version)")]
            try await client.run("dhclient", [version, "-1", "-sf", "/bin/true"] + files + ["eth0"])
            try await client.run("dhclient", [version, "-r", "-sf", "/bin/true"] + files + ["eth0"])
        }
        for question in [
            ["example.test", "A"], ["example.test", "AAAA"], ["txt.test", "TXT"], ["+tcp", "example.test"],
        ] {
            try await client.run("dig", ["+tries=2", "+time=2", "@10.77.0.1"] + question)
        }
        try await client.run(
            "curl", ["-s", "-o", "/dev/null", "--max-time", "2", "http://10.77.0.1:81/"], mayFail: true)
        // What is on its way to the file arrives within the capture's own wait.
        try await Task.sleep(for: .milliseconds(500))
        capture.signal(SIGINT)
        #expect(await capture.exit().isSuccess)
        serving.kill()
        errors = Files.text(log) ?? ""
    }
}

extension Namespace {
    /// Runs a program whose failure is what is wanted.
    fileprivate func run(_ program: String, _ arguments: [String], mayFail: Bool) async throws {
        var options = Process.Options()
        options.namespace = name
        _ = try await Command.run(program, arguments, options: options)
    }
}

@Suite(
    "Captures of a link's configuration",
    .enabled("the tools or rights are missing") {
        await Namespace.isPermitted() && have("tshark", "dnsmasq", "udhcpc", "dhclient", "dig", "curl")
    })
struct ConfigurationCaptureTests {
    @Test(arguments: ["eth0", "any"])
    func `tshark reads the same in DHCP, DNS and Neighbor Discovery`(_ interface: String) async throws {
        let traffic = try await ConfigurationTraffic(interface)
        #expect(traffic.errors.hasSuffix(" 0 dropped by the kernel\n"), "\(traffic.errors)")
        let compared = try await Command.run("python3", [support("compare-messages.py"), Apus.path, traffic.file])
        #expect(compared.exit.isSuccess, "\(compared.errors)")
        // "DHCPv4 11 DHCPv6 6 DNS 8 NDP 9"
        let words = compared.output.split { $0 == " " || $0.isNewline }
        try #require(words.count == 8)
        let counts = words.indices.filter { $0 % 2 == 1 }.compactMap { Int(words[$0]) }
        #expect(zip(counts, [9, 6, 8, 3]).allSatisfy { $0 >= $1 }, "\(compared.output)")
        let text = try await Command.output(Apus.path, ["capture", "-r", traffic.file, "-v"])
        for line in [
            "message  DHCPv4    OFFER, XID 0x", ", lease 3600 s", "Domain Search (119): a.test b.test",
            "Maximum DHCP Message Size (57): 576", "message  DHCPv6    ADVERTISE, transaction 0x",
            "Option Request (6): 23 24", "DNS       response ", "A 10.77.0.1", "TXT \"hello\"", "RST ACK",
            "Prefix Information: fd77::/64, on link, valid 3600 s", "(the pseudo-header's, left to the network card)",
        ] {
            #expect(text.contains(line), "\(line)")
        }
        #expect(!text.contains("WRONG"))
        guard interface == "any" else { return }
        // Each frame names its interface, to tshark as to us.
        let theirs = try await Command.output(
            "tshark", ["-r", traffic.file, "-T", "fields", "-e", "frame.interface_name", "-e", "sll.ifindex"])
        #expect(Set(theirs.split(separator: "\n")) == ["eth0\t2"])
        #expect(text.contains("  eth0  ") && text.contains("hardware type 1, interface 2"))
        #expect(text.contains("  frame    cooked    outgoing, from "))
    }

    @Test func `a snapshot length cuts each frame, and the lengths tell`() async throws {
        let traffic = try await ConfigurationTraffic("any", ["-s", "60", "udp", "or", "tcp"])
        let lengths = try await Command.output(
            "tshark", ["-r", traffic.file, "-T", "fields", "-e", "frame.cap_len", "-e", "frame.len"])
        let pairs = lengths.split(separator: "\n").map { $0.split(separator: "\t").compactMap { Int($0) } }
        #expect(pairs.count >= 20)
        #expect(pairs.allSatisfy { $0.count == 2 && $0[0] == min($0[1], 60) }, "\(lengths)")
        #expect(pairs.contains { $0[1] > 300 })
        let text = try await Command.output(Apus.path, ["capture", "-r", traffic.file])
        #expect(text.contains("octets, 60 of them captured"))
        #expect(!text.contains("broken"))
    }
}
