import Glibc
import Lab
import Testing

/// A server behind a trunk of Open vSwitch, whose access ports put clients into VLANs.
private final class SwitchSite: Sendable {
    let folder: TemporaryFolder
    let ovs: OpenVSwitch
    let server: Namespace
    let clients: [Namespace]

    var log: String { Files.text(folder.file("server.log")) ?? "" }

    /// A client for each VLAN; 0 for a port without one.
    init(_ vlans: [Int]) async throws {
        folder = try TemporaryFolder("dhcp-ovs")
        ovs = try await OpenVSwitch()
        server = try await Namespace("ovs-srv")
        var clients: [Namespace] = []
        for vlan in vlans { clients.append(try await Namespace("ovs-v\(vlan)")) }
        self.clients = clients
        for namespace in [server] + clients {
            for line in ["accept_dad=0", "accept_ra=0"] {
                try await namespace.run("sysctl", ["-qw", "net.ipv6.conf.default.\(line)"])
            }
        }
        // The switch learns addresses and handles tags by itself.
        try await ovs.control(["add-flow"], ["actions=NORMAL"])
        try await ovs.plug(server, address: "192.0.2.1/24", port: "trunk", number: 1)
        for (number, vlan) in vlans.enumerated() {
            try await ovs.plug(clients[number], port: "access\(number)", number: number + 2)
            if vlan > 0 { try await ovs.configure(["set", "port", "access\(number)", "tag=\(vlan)"]) }
        }
    }

    func start() async throws -> Process {
        func network(_ name: String, _ vlan: Int, _ third: Int) -> String {
            """
              \(name):
                interface: { name: eth0, vlan: \(vlan) }
                v4: { subnet: 198.51.\(third).0/24, pools: 198.51.\(third).10-198.51.\(third).20, probe: 0s }
                v6: { subnet: "2001:db8:\(vlan)::/64", pools: "2001:db8:\(vlan)::100-2001:db8:\(vlan)::1ff" }
            """
        }
        let file = try folder.write(
            """
            version: 1
            leases: \(folder.file("leases.sqlite"))
            control: \(folder.file("control.sock"))
            networks:
            \(network("voice", 7, 7))
            \(network("guests", 8, 8))
            """, to: "dhcp.yaml")
        for third in [7, 8] { try await server.run("ip", ["address", "add", "198.51.\(third).1/24", "dev", "eth0"]) }
        var options = Process.Options()
        options.namespace = server.name
        options.errors = .file(folder.file("server.log"))
        let process = try Process(Apus.path, ["dhcp", "run", "--verbose", file], options: options)
        try await Wait.until("the server is ready", within: .seconds(10), every: .milliseconds(20)) {
            self.log.contains("ready")
        }
        return process
    }

    /// What dhclient writes down of a lease: the address; nil if there is none in time.
    func lend(_ number: Int, version: Int, seconds: Int = 15) async throws -> String? {
        // It wants the file to be there.
        let lease = try folder.write("", to: "lease\(number)-\(version)")
        var options = Process.Options()
        options.namespace = clients[number].name
        options.output = .file(folder.file("client.out"))
        options.errors = .file(folder.file("client.log"))
        let client = try Process(
            "dhclient",
            ["-\(version)", "-d", "-sf", "/bin/true", "-lf", lease, "-pf", folder.file("pid"), "eth0"],
            options: options)
        let word = version == 4 ? "fixed-address " : "iaaddr "
        try? await Wait.until("it is bound", within: .seconds(seconds), every: .milliseconds(50)) {
            (Files.text(lease) ?? "").contains(word)
        }
        client.kill()
        _ = await client.exit()
        guard let text = Files.text(lease), let range = text.firstRange(of: word) else { return nil }
        return String(text[range.upperBound...].prefix { $0 != ";" && $0 != " " })
    }
}

@Suite(
    "DHCP behind a switch's VLANs",
    .enabled("the tools or rights are missing") {
        guard await OpenVSwitch.isPossible() else { return false }
        return have("dhclient", "ethtool", "tcpdump")
    })
struct DHCPSwitchTests {
    @Test func `clients at access ports of Open vSwitch get their VLAN's addresses, one without a VLAN none`()
        async throws
    {
        let site = try await SwitchSite([7, 8, 0])
        let process = try await site.start()
        defer { process.kill() }
        // What is on the trunk, as another sees it.
        var options = Process.Options()
        options.namespace = site.server.name
        options.output = .file(site.folder.file("trunk"))
        let capture = try Process(
            "tcpdump", ["-i", "eth0", "-len", "vlan and (port 67 or port 547)"], options: options)
        defer { capture.kill() }
        try await Task.sleep(for: .seconds(1))
        for (number, vlan) in [7, 8].enumerated() {
            #expect(try await site.lend(number, version: 4) == "198.51.\(vlan).10", "\(site.log)")
            let address = try await site.lend(number, version: 6) ?? ""
            #expect(address.hasPrefix("2001:db8:\(vlan)::1"), "\(address) \(site.log)")
        }
        #expect(try await site.lend(2, version: 4, seconds: 4) == nil)
        #expect(try await site.lend(2, version: 6, seconds: 4) == nil)
        let trunk = Files.text(site.folder.file("trunk")) ?? ""
        for vlan in [7, 8] {
            for port in ["bootps", "547"] {
                #expect(
                    trunk.split(separator: "\n").contains {
                        $0.contains("vlan \(vlan),") && ($0.contains(port) || $0.contains("dhcp6"))
                    },
                    "\(trunk)")
            }
        }
        let stats = try await Command.output(
            Apus.path, ["dhcp", "stats", "--json", "--control", site.folder.file("control.sock")])
        #expect(stats.contains(#""outcome":"unserved-vlan""#), "\(stats)")
    }
}
