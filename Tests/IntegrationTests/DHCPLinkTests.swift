import Glibc
import Lab
import Testing

extension FourSite {
    /// Runs a station in the client's namespace.
    func station(_ arguments: String...) async throws -> String {
        try await client.run("python3", [support("dhcp_station.py")] + arguments)
            .trimmed
    }
}

extension FourSite {
    /// Starts systemd-networkd in the client's namespace, with a file for each of its interfaces.
    func networkd(_ files: [String: String]) throws -> Process {
        let lines = files.map { name, text in
            "printf '[Match]\\nName=\(name)\\n\(text)' > /run/systemd/network/10-\(name).network"
        }
        // With a folder of its own to keep things in, and /sys read-only, or it waits for udev for ever.
        let script = try folder.write(
            """
            set -e
            mount --make-rprivate /
            mount -t tmpfs none /run
            mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp /run/systemd/network
            mount --bind /sys /sys
            mount -o remount,bind,ro /sys
            \(lines.joined(separator: "\n"))
            chown -R systemd-network /run/systemd/netif
            export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console
            exec timeout 20 /lib/systemd/systemd-networkd
            """, to: "networkd.sh")
        var options = Process.Options()
        options.namespace = client.name
        options.errors = .file(folder.file("networkd.log"))
        return try Process("unshare", ["-m", "sh", script], options: options)
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}

@Suite(
    "DHCP on links of every kind",
    .enabled("the tools or rights are missing") {
        await Namespace.isPermitted() && have("busybox", "ethtool", "python3", "dhclient", "dhcrelay")
    })
struct DHCPLinkTests {
    @Test func `clients behind a VLAN's tag get that network's addresses, others theirs, and strangers none`()
        async throws
    {
        let site = try await FourSite(
            more: """
                  voice:
                    interface: { name: eth0, vlan: 7 }
                    v4: { subnet: 198.51.100.0/24, pools: 198.51.100.10-198.51.100.20, probe: 0s }
                """)
        try await site.server.run("ip", ["address", "add", "198.51.100.1/24", "dev", "eth0"])
        let server = try await site.start()
        defer { server.kill() }
        // The station wants its answer with the tag that it asked with.
        #expect(try await site.station("exchange", "eth0", "--vlan", "7", "--number", "1") == "198.51.100.10")
        #expect(try await site.station("exchange", "eth0", "--number", "2") == "192.0.2.100")
        #expect(try await site.station("exchange", "eth0", "--vlan", "8", "--number", "3") == "None")
        #expect(try await site.station("exchange", "eth0", "--vlan", "7", "--number", "4") == "198.51.100.11")
        #expect(try await site.ask("stats", "--json").contains(#""outcome":"unserved-vlan""#))
    }

    @Test(arguments: [false, true])
    func `a server of one VLAN alone sees neither frames without a tag nor other tags`(isTagged: Bool) async throws {
        let site = try await FourSite(interface: isTagged ? "{ name: eth0, vlan: 9 }" : "eth0")
        let server = try await site.start()
        defer { server.kill() }
        let expected = isTagged ? ["None", "192.0.2.100"] : ["192.0.2.100", "None"]
        #expect(try await site.station("exchange", "eth0", "--number", "1") == expected[0])
        #expect(try await site.station("exchange", "eth0", "--vlan", "9", "--number", "2") == expected[1])
    }

    /// With offload on, a virtual interface hands over datagrams whose checksum nobody has filled in.
    @Test(arguments: ["on", "off"], ["on", "off"])
    func `checksums may be left to interfaces that do not make them`(server: String, client: String) async throws {
        let site = try await FourSite()
        try await site.server.run("ethtool", ["-K", "eth0", "tx", server])
        try await site.client.run("ethtool", ["-K", "eth0", "tx", client])
        let process = try await site.start()
        defer { process.kill() }
        // By frames of its own, then by a datagram of the kernel's, to one and to all.
        let address = try await site.udhcpc()
        try await site.client.run("ip", ["address", "add", "\(address)/24", "dev", "eth0"])
        #expect(try await site.station("renew", "eth0", address, "192.0.2.1") == "ACK")
        let stats = try await site.ask("stats", "--json")
        #expect(!stats.contains("checksum"), "\(stats)")
    }

    @Test(arguments: ["on", "off"])
    func `a relay agent's checksums may be left to the interface, too`(offload: String) async throws {
        let site = try await FourSite(
            more: """
                  far:
                    v4: { subnet: 198.51.100.0/24, pools: 198.51.100.10-198.51.100.20 }
                """)
        let far = try await Namespace("four-f")
        try await Namespace.connect(site.client, "eth1", "198.51.100.1/24", to: far, "eth0", nil)
        try await site.client.run("ip", ["address", "add", "192.0.2.2/24", "dev", "eth0"])
        try await site.server.run("ip", ["route", "add", "198.51.100.0/24", "via", "192.0.2.2"])
        try await site.client.run("sysctl", ["-qw", "net.ipv4.ip_forward=1"])
        for (namespace, interface) in [
            (site.client, "eth0"), (site.client, "eth1"), (site.server, "eth0"), (far, "eth0"),
        ] {
            try await namespace.run("ethtool", ["-K", interface, "tx", offload])
        }
        let server = try await site.start()
        defer { server.kill() }
        var options = Process.Options()
        options.namespace = site.client.name
        let relay = try Process(
            "dhcrelay", ["-4", "-d", "-a", "-iu", "eth0", "-id", "eth1", "192.0.2.1"], options: options)
        defer { relay.kill() }
        try await Task.sleep(for: .seconds(1))
        let output = try await far.run("sh", ["-c", "busybox udhcpc -i eth0 -n -q -f -t 8 -T 1 -s /bin/true 2>&1"])
        #expect(output.contains("lease of 198.51.100.10 obtained"), "\(output) \(site.log)")
    }

    @Test func `a thousand relayed messages that come while the server is busy are answered, all of them`() async throws
    {
        let site = try await FourSite(
            more: """
                  far:
                    v4: { subnet: 10.0.0.0/8, pools: 10.1.0.0-10.1.255.255 }
                """)
        // Another link than the one that frames are taken from: what comes there comes by UDP.
        try await Namespace.connect(site.server, "eth1", "198.51.100.1/24", to: site.client, "eth1", "198.51.100.2/24")
        try await site.server.run("ip", ["route", "add", "10.0.0.0/8", "via", "198.51.100.2"])
        let server = try await site.start(isVerbose: false)
        defer { server.kill() }
        server.signal(SIGSTOP)
        try await site.client.run("python3", [support("dhcp_station.py"), "relay", "198.51.100.1", "10.0.0.2", "1000"])
        server.signal(SIGCONT)
        let expected = #"{"message":"DISCOVER","outcome":"OFFER","count":1000}"#
        var stats = ""
        for _ in 0..<50 where !stats.contains(expected) {
            try await Task.sleep(for: .milliseconds(100))
            stats = try await site.ask("stats", "--json")
        }
        #expect(stats.contains(expected), "\(stats)")
    }

    @Test(.enabled(if: Files.exists("/lib/systemd/systemd-networkd")))
    func `systemd-networkd gets addresses of both versions, and gives them back`() async throws {
        let site = try await FourSite(
            lan: """
                    v6: { subnet: "2001:db8:0:1::/64", pools: "2001:db8:0:1::1000-2001:db8:0:1::1fff" }
                    ra: { managed: true, prefixes: { prefix: "2001:db8:0:1::/64", autonomous: false } }
                """)
        let server = try await site.start()
        defer { server.kill() }
        let client = try site.networkd(["eth0": "[Network]\\nDHCP=yes\\nIPv6AcceptRA=yes\\n"])
        try await site.wait(for: "REQUEST answered with ACK")
        try await site.wait(for: "REQUEST answered with REPLY")
        let log = Files.text(site.folder.file("networkd.log")) ?? ""
        #expect(log.contains("DHCPv4 address 192.0.2.100/24, gateway 192.0.2.1 acquired"), "\(log)")
        _ = await client.stop()
        try await site.wait(for: "RELEASE taken")
    }

    @Test(.enabled(if: Files.exists("/lib/systemd/systemd-networkd")))
    func `systemd-networkd is delegated a prefix, and gives a link behind it a subnet of it`() async throws {
        let site = try await FourSite(
            lan: """
                    v6:
                      subnet: 2001:db8:0:1::/64
                      pools: 2001:db8:0:1::1000-2001:db8:0:1::1fff
                      prefix_pools: { prefix: "2001:db8:100::/48", length: 56 }
                    ra: { managed: true, prefixes: { prefix: "2001:db8:0:1::/64", autonomous: false } }
                """)
        // The link behind the client is a pair of interfaces of its own namespace.
        try await site.client.run("ip", ["link", "add", "home", "type", "veth", "peer", "name", "home-peer"])
        try await site.client.run("ip", ["link", "set", "home-peer", "up"])
        let server = try await site.start()
        defer { server.kill() }
        let client = try site.networkd([
            "eth0": "[Network]\\nDHCP=ipv6\\nIPv6AcceptRA=yes\\n[DHCPv6]\\nPrefixDelegationHint=::/56\\n",
            "home":
                "[Network]\\nDHCPPrefixDelegation=yes\\n[DHCPPrefixDelegation]\\nUplinkInterface=eth0\\nSubnetId=7\\n",
        ])
        try await site.wait(for: "REQUEST answered with REPLY")
        let leases = try await site.ask("leases", "--json")
        let prefix = leases.firstMatch(of: /2001:db8:100:[0-9a-f]*00::/).map { String($0.output) } ?? "none"
        #expect(leases.contains("\(prefix)/56"), "\(leases)")
        // The seventh subnet of what it was delegated.
        let subnet = String(prefix.dropLast("00::".count)) + "07:"
        var home = ""
        try? await Wait.until("the link behind has it", within: .seconds(10), every: .milliseconds(100)) {
            home = try await site.client.run("ip", ["-6", "address", "show", "dev", "home", "scope", "global"])
            return home.contains(subnet)
        }
        #expect(home.contains(subnet), "\(prefix) \(home) \(Files.text(site.folder.file("networkd.log")) ?? "")")
        let lan = try await site.client.run("ip", ["-6", "address", "show", "dev", "eth0", "scope", "global"])
        #expect(lan.contains("2001:db8:0:1::1"), "\(lan)")
        _ = await client.stop()
    }

    @Test(arguments: [4, 6])
    func `a client that agreed is told to renew, by a message that proves itself`(version: Int) async throws {
        let site = try await FourSite(
            lan: """
                    forcerenew: true
                    dhcpv6: { reconfigure: true }
                    v6: { subnet: "2001:db8:0:1::/64", pools: "2001:db8:0:1::1000-2001:db8:0:1::1fff" }
                """)
        let server = try await site.start()
        defer { server.kill() }
        var options = Process.Options()
        options.namespace = site.client.name
        options.output = .file(site.folder.file("told.log"))
        let client = try Process(
            "python3", [support("dhcp_station.py"), "told", "eth0", "\(version)"], options: options)
        let path = site.folder.file("told.log")
        try await Wait.until("it is bound", within: .seconds(10), every: .milliseconds(50)) {
            (Files.text(path) ?? "").contains("bound ")
        }
        let address = (Files.text(path) ?? "").split(whereSeparator: \.isWhitespace).dropFirst().first.map(String.init)
        #expect(try await site.ask("renew", address ?? "").contains("being told"))
        _ = await client.exit()
        #expect((Files.text(path) ?? "").contains("\nrenewed\n"), "\(Files.text(path) ?? "") \(site.log)")
        // Who has not agreed is not told, and the operator learns it.
        let other = try await site.udhcpc()
        let refused = try await Command.run(
            Apus.path, ["dhcp", "renew", "--control", site.folder.file("control.sock"), other])
        #expect(!refused.exit.isSuccess && refused.errors.contains("has not agreed"), "\(refused.errors)")
    }
}
