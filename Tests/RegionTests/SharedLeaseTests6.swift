import Lab
import Testing

/// Two DHCPv6 servers on one link, that share their leases over etcd, and stations of their own namespaces.
private final class SharedSite: Sendable {
    let folder: TemporaryFolder
    let link: Switch
    let keeper: Namespace
    let cluster: EtcdCluster
    let hosts: [Namespace]
    let clients: [Namespace]

    init(clients count: Int) async throws {
        folder = try TemporaryFolder("shared6")
        link = try await Switch()
        keeper = try await Namespace("etcd")
        try await link.plug(keeper, address: "192.0.2.1/24")
        hosts = [try await Namespace("dhcp0"), try await Namespace("dhcp1")]
        var clients: [Namespace] = []
        for number in 0..<count { clients.append(try await Namespace("client\(number)")) }
        self.clients = clients
        for namespace in hosts + clients {
            // Link-local addresses that are there at once.
            for line in ["accept_dad=0", "accept_ra=0"] {
                try await namespace.run("sysctl", ["-qw", "net.ipv6.conf.default.\(line)"])
            }
        }
        for (number, host) in hosts.enumerated() { try await link.plug(host, address: "192.0.2.\(number + 2)/24") }
        for client in clients { try await link.plug(client) }
        cluster = try await EtcdCluster(in: keeper, at: "192.0.2.1")
    }

    /// Starts a server, and waits until it serves.
    func start(_ number: Int) async throws -> Lab.Process {
        let file = try folder.write(
            """
            version: 1
            leases: etcd://\(cluster.urls[0].dropFirst("http://".count))/lan
            control: \(folder.file("control\(number).sock"))
            limits: { rate: 1000, burst: 1000 }
            dhcpv6: { duid: "00:03:00:01:02:00:00:00:00:0\(number + 1)" }
            networks:
              lan:
                interface: eth0
                v6:
                  subnet: 2001:db8:0:1::/64
                  pools: 2001:db8:0:1::10-2001:db8:0:1::1b
                  prefix_pools: { prefix: "2001:db8:100::/44", length: 48 }
            """, to: "dhcp\(number).yaml")
        let log = folder.file("dhcp\(number).log")
        Files.remove(log)
        var options = Lab.Process.Options()
        options.namespace = hosts[number].name
        options.errors = .file(log)
        let server = try Lab.Process(Binary.path, ["dhcp", "run", "--verbose", file], options: options)
        try await Wait.until("server \(number) is ready", within: .seconds(20)) {
            Files.text(log)?.contains("ready") == true
        }
        return server
    }

    /// What dhclient gets, that remembers nothing and is known by its hardware address: an address or a prefix.
    func lend(_ number: Int, _ what: String = "-N", seconds: Int = 12) async throws -> String? {
        // It wants the file to be there.
        let lease = try folder.write("", to: "lease\(number)\(what)")
        var options = Lab.Process.Options()
        options.namespace = clients[number].name
        options.output = .file(folder.file("client\(number).out"))
        options.errors = .file(folder.file("client\(number).log"))
        let client = try Lab.Process(
            "dhclient",
            [
                "-6", what, "-D", "LL", "-d", "-sf", "/bin/true", "-lf", lease, "-pf",
                folder.file("pid\(number)"), "eth0",
            ], options: options)
        let word = what == "-P" ? "iaprefix " : "iaaddr "
        try? await Wait.until("it is bound", within: .seconds(seconds), every: .milliseconds(50)) {
            (Files.text(lease) ?? "").contains(word)
        }
        client.kill()
        await client.exit()
        guard let text = Files.text(lease), let range = text.firstRange(of: word),
            let end = text[range.upperBound...].firstIndex(of: " ")
        else { return nil }
        return String(text[range.upperBound..<end])
    }

    /// Lends to all of these clients at once.
    func lend(_ numbers: [Int], _ what: String = "-N") async throws -> [Int: String] {
        var given: [Int: String] = [:]
        try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for number in numbers { group.addTask { (number, try await self.lend(number, what)) } }
            for try await (number, address) in group { given[number] = address }
        }
        return given
    }
}

@Suite(
    "DHCPv6 leases in etcd", .serialized, .timeLimit(.minutes(5)),
    .enabled("the tools or rights are missing") {
        await Namespace.isPermitted() && Program.find("dhclient") != nil && Program.find("etcd") != nil
    })
struct SharedLeaseTests6 {
    @Test func `two servers lend each address and prefix once, and either may be killed`() async throws {
        let site = try await SharedSite(clients: 13)
        var servers = [try await site.start(0), try await site.start(1)]
        defer { for server in servers { server.kill() } }
        // As many clients as addresses, all at once; then one more. Every other client can reach the second server alone, so that both
        // lend at the same time.
        let all = Array(0..<12)
        for number in [0] + all.filter({ $0 % 2 == 1 }).map({ $0 + 2 }) { try await site.link.isolate(number + 2) }
        let given = try await site.lend(all)
        #expect(given.count == 12 && Set(given.values).count == 12, "\(given)")
        #expect(try await site.lend(12, seconds: 4) == nil)
        let prefixes = try await site.lend(all, "-P")
        #expect(prefixes.count == 12 && Set(prefixes.values).count == 12, "\(prefixes)")
        let kept = try await site.cluster.control("get", "--prefix", "/dhcp/lan/lease/", "--keys-only")
        #expect(kept.split(separator: "\n").count == 24, "\(kept)")
        for number in 0..<2 {
            let log = Files.text(site.folder.file("dhcp\(number).log")) ?? ""
            #expect(log.split(separator: "\n").count { $0.contains("REQUEST answered with REPLY") } >= 6, "\(log)")
        }
        for number in [0] + all.filter({ $0 % 2 == 1 }).map({ $0 + 2 }) {
            try await site.link.isolate(number + 2, false)
        }
        // Whichever is killed, the other knows whose everything is, and has nothing for strangers.
        for number in [0, 1] {
            servers[number].kill()
            await servers[number].exit()
            let some = [1 + number, 5 + number, 9 + number]
            #expect(try await site.lend(some) == given.filter { some.contains($0.key) })
            #expect(try await site.lend(some, "-P") == prefixes.filter { some.contains($0.key) })
            #expect(try await site.lend(12, seconds: 4) == nil)
            servers[number] = try await site.start(number)
        }
        #expect(try await site.lend([0, 11]) == given.filter { [0, 11].contains($0.key) })
    }
}
