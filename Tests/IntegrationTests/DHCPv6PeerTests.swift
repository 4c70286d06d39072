import Glibc
import Lab
import Testing

/// A DHCPv6 server and router in one namespace, and room for a client in another.
final class SixSite: Sendable {
    let folder: TemporaryFolder
    let server: Namespace
    let client: Namespace
    let process: Process

    var log: String { Files.text(folder.file("server.log")) ?? "" }

    init() async throws {
        folder = try TemporaryFolder("six")
        (server, client) = (try await Namespace("six-s"), try await Namespace("six-c"))
        for (namespace, lines) in [
            (server, ["dad_transmits=0", "accept_ra=0"]),
            (client, ["dad_transmits=0", "accept_ra=0"]),
        ] {
            for line in lines { try await namespace.run("sysctl", ["-qw", "net.ipv6.conf.default.\(line)"]) }
        }
        try await Namespace.connect(server, "eth0", "2001:db8:0:1::1/64", to: client, "eth0", nil)
        let file = try folder.write(
            """
            version: 1
            leases: \(folder.file("leases.sqlite"))
            control: \(folder.file("control.sock"))
            dhcpv6:
              duid: 00:03:00:01:02:00:00:00:00:01
              options: { dns_servers: "2001:db8::53", domain_search: lan.example }
            networks:
              lan:
                interface: eth0
                v6:
                  subnet: 2001:db8:0:1::/64
                  pools: 2001:db8:0:1::1000-2001:db8:0:1::1fff
                  prefix_pools: { prefix: "2001:db8:100::/48", length: 56 }
                  lease: { valid: 120s, preferred: 60s, renew: 3s, rebind: 20s }
                ra:
                  managed: true
                  prefixes: { prefix: "2001:db8:0:1::/64", autonomous: false }
                  routes: 2001:db8:f000::/36
                  dns_servers: 2001:db8::53
                  mtu: 1400
                  nat64: 64:ff9b::/96
                  captive_portal: https://portal.example/api
                  preference: high
            """, to: "dhcp.yaml")
        // Clients want a link-local address, which comes a moment after the link.
        let client = client
        try await Wait.until("a link-local address", within: .seconds(5), every: .milliseconds(50)) {
            try await client.run("ip", ["-6", "address", "show", "dev", "eth0", "scope", "link", "-tentative"])
                .contains("fe80:")
        }
        process = try Self.start(file, folder, server)
        try await wait(for: "ready")
    }

    static func start(_ file: String, _ folder: TemporaryFolder, _ namespace: Namespace) throws -> Process {
        var options = Process.Options()
        options.namespace = namespace.name
        options.errors = .file(folder.file("server.log"))
        return try Process(Apus.path, ["dhcp", "run", "--verbose", file], options: options)
    }

    func wait(for text: String, seconds: Int = 10) async throws {
        let isThere = await eventually(seconds) { self.log.contains(text) }
        #expect(isThere, "'\(text)' did not come: \(log)")
    }

    /// Runs a client for a time, or until its output has a text; gives the output.
    func run(_ program: String, _ arguments: [String], until text: String, seconds: Int = 15) async throws -> String {
        var options = Process.Options()
        options.namespace = client.name
        let path = folder.file("client.log")
        options.output = .file(path)
        options.errors = .file(folder.file("client.errors"))
        let process = try Process(program, arguments, options: options)
        defer { process.kill() }
        let log = folder.file("client.errors")
        _ = await eventually(seconds) {
            ((Files.text(path) ?? "") + (Files.text(log) ?? "")).contains(text)
        }
        return (Files.text(path) ?? "") + (Files.text(log) ?? "")
    }
}

/// Whether a condition holds within so many seconds.
private func eventually(_ seconds: Int, _ condition: () -> Bool) async -> Bool {
    (try? await Wait.until("it holds", within: .seconds(seconds), every: .milliseconds(50)) { condition() }) != nil
}

@Suite(
    "DHCPv6 with other programs",
    .enabled("the tools or rights are missing") {
        await Namespace.isPermitted() && have("dhclient", "dhcp6c", "rdisc6", "ndisc6")
    })
struct DHCPv6PeerTests {
    @Test func `dhclient gets an address, and its name servers`() async throws {
        let site = try await SixSite()
        // It wants the file to be there.
        let lease = try site.folder.write("", to: "lease")
        let output = try await site.run(
            "dhclient",
            ["-6", "-1", "-v", "-d", "-sf", "/bin/true", "-lf", lease, "-pf", site.folder.file("pid"), "eth0"],
            until: "PRC: Bound to lease")
        #expect(output.contains("Bound to lease"), "\(output)")
        let text = Files.text(lease) ?? ""
        #expect(text.contains("iaaddr 2001:db8:0:1::1"), "\(text)")
        #expect(text.contains("option dhcp6.name-servers 2001:db8::53"), "\(text)")
        try await site.wait(for: "REQUEST answered with REPLY")
    }

    @Test func `dhcp6c gets an address and a prefix, renews them, and gives them back`() async throws {
        let site = try await SixSite()
        let file = try site.folder.write(
            """
            interface eth0 { send ia-na 1; send ia-pd 2; request domain-name-servers; };
            id-assoc na 1 { };
            id-assoc pd 2 { prefix-interface lo { sla-id 1; sla-len 8; }; };
            """, to: "dhcp6c.conf")
        var options = Process.Options()
        options.namespace = site.client.name
        options.output = .file(site.folder.file("client.log"))
        options.errors = .file(site.folder.file("client.errors"))
        let client = try Process(
            "dhcp6c", ["-f", "-D", "-c", file, "-p", site.folder.file("pid6c"), "eth0"], options: options)
        try await site.wait(for: "REQUEST answered with REPLY")
        // It finds times as short as ours too small, and takes some of its own.
        try await site.wait(for: "RENEW answered with REPLY", seconds: 30)
        let addresses = try await site.client.run("ip", ["-6", "address", "show"])
        #expect(
            addresses.contains("inet6 2001:db8:0:1::1") && addresses.contains("inet6 2001:db8:100:"), "\(addresses)")
        await client.stop()
        try await site.wait(for: "RELEASE answered with REPLY")
    }

    @Test func `rdisc6 reads every option of what is advertised, and ndisc6 finds a neighbor`() async throws {
        let site = try await SixSite()
        let output = try await site.client.run("rdisc6", ["-1", "-w", "4000", "eth0"])
        for line in [
            "Stateful address conf.    :          Yes", "Router preference         :         high",
            "Router lifetime           :         1800", "Prefix                   : 2001:db8:0:1::/64",
            "MTU                      :         1400", "Recursive DNS server     : 2001:db8::53",
            "Route                    : 2001:db8:f000::/36",
        ] {
            #expect(output.contains(line), "\(line) is not in \(output)")
        }
        let neighbor = try await site.client.run("ndisc6", ["-1", "2001:db8:0:1::1", "eth0"])
        #expect(neighbor.contains("Target link-layer address"), "\(neighbor)")
    }

    @Test func `a server that is killed and started anew renews what it had lent`() async throws {
        let site = try await SixSite()
        // It wants the file to be there.
        let lease = try site.folder.write("", to: "lease")
        var options = Process.Options()
        options.namespace = site.client.name
        options.errors = .file(site.folder.file("client.errors"))
        let client = try Process(
            "dhclient", ["-6", "-v", "-d", "-sf", "/bin/true", "-lf", lease, "-pf", site.folder.file("pid"), "eth0"],
            options: options)
        defer { client.kill() }
        let isBound = await eventually(15) { (Files.text(lease) ?? "").contains("iaaddr") }
        #expect(isBound)
        site.process.kill()
        _ = await site.process.exit()
        let again = try SixSite.start(site.folder.file("dhcp.yaml"), site.folder, site.server)
        defer { again.kill() }
        try await site.wait(for: "RENEW answered with REPLY")
        #expect(!site.log.contains("unknown-lease"), "\(site.log)")
    }

    @Test func `SIGTERM makes the router say farewell`() async throws {
        let site = try await SixSite()
        var options = Process.Options()
        options.namespace = site.client.name
        options.output = .file(site.folder.file("capture"))
        let capture = try Process(
            "tcpdump", ["-i", "eth0", "-lvn", "icmp6 and ip6[40] == 134"], options: options)
        try await Task.sleep(for: .seconds(1))
        let exit = await site.process.stop(patience: .seconds(8))
        #expect(exit.isSuccess)
        let path = site.folder.file("capture")
        let isSaid = await eventually(3) { (Files.text(path) ?? "").contains("router lifetime 0s") }
        capture.kill()
        #expect(isSaid, "\(Files.text(path) ?? "")")
    }
}
