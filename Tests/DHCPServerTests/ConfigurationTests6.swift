import DHCP
import DHCPServer
import Settings
import Testing
import Wire

@Suite("DHCP configuration: IPv6")
struct ConfigurationTests6 {
    static func load(_ network: String, more: String = "") -> (ServerConfiguration?, [String]) {
        let lines = network.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        let text = "version: 1\n\(more)networks:\n  lan:\n    interface: eth0\n" + lines.joined(separator: "\n") + "\n"
        let (configuration, diagnostics) = ServerConfiguration.load(text: text, name: "dhcp.yaml")
        return (configuration, diagnostics.map(\.message))
    }

    @Test func `everything that a file may say of IPv6 arrives`() throws {
        let (loaded, messages) = Self.load(
            """
            v6:
              subnet: 2001:db8:0:1::/64
              pools: [2001:db8:0:1::1000-2001:db8:0:1::1fff, { range: "2001:db8:0:1:1::/80", classes: phones }]
              prefix_pools: { prefix: "2001:db8:100::/48", length: 56, exclude: 64 }
              lease: { valid: 2h, preferred: 1h, renew: 10m, rebind: 30m, calm: 25 }
              options: { ntp_servers: "2001:db8::123", custom: [{ code: 200, hex: "0102" }] }
              probe: 500ms
              reservations:
                printer: { hardware: "02:00:5e:10:00:01", address: "2001:db8:0:1::5", prefix: "2001:db8:100:100::/56" }
            dhcpv6: { rapid_commit: true, reconfigure: true, interface_ids: port-7 }
            ra:
              address: fe80::1
              prefixes: { prefix: "2001:db8:0:1::/64", autonomous: false, valid: 2h, preferred: forever }
              lifetime: 0s
            """,
            more: """
                dhcpv6: { duid: "00:03:00:01:02:00:00:00:00:01", preference: 7, station_rate: 50, leases_per_station: 4 }
                classes: { phones: { vendor_class: phone, options6: { dns_servers: "2001:db8::54" } } }

                """)
        // A preferred lifetime for ever with a valid one that ends is a mistake, and the only one here.
        #expect(loaded == nil && messages.count == 1 && messages[0].contains("preferred for longer"), "\(messages)")
        let (again, others) = Self.load(
            """
            v6:
              subnet: 2001:db8:0:1::/64
              pools: [2001:db8:0:1::1000-2001:db8:0:1::1fff, { range: "2001:db8:0:1:1::/80", classes: phones }]
              prefix_pools: { prefix: "2001:db8:100::/48", length: 56, exclude: 64 }
              lease: { valid: 2h, preferred: 1h, renew: 10m, rebind: 30m, calm: 25 }
              probe: 500ms
              reservations:
                printer: { hardware: "02:00:5e:10:00:01", address: "2001:db8:0:1::5" }
            dhcpv6: { rapid_commit: true, reconfigure: true, interface_ids: port-7 }
            ra: { address: "fe80::1", prefixes: "2001:db8:0:1::/64", lifetime: 0s, nat64: "64:ff9b::/96" }
            """, more: "classes: { phones: { vendor_class: phone } }\n")
        let configuration = try #require(again, "\(others)")
        let network = try #require(configuration.v6.networks.first)
        let subnet = try #require(network.subnets.first)
        #expect(
            network.allowsRapidCommit && network.allowsReconfigure
                && network.interfaceIdentifiers == [Array("port-7".utf8)])
        #expect(subnet.pools.map(\.classes) == [0, 1] && subnet.prefixPools.first?.excludedLength == 64)
        #expect(subnet.times.valid == 7200 && subnet.times.preferred == 3600 && subnet.times.renewal == 600)
        #expect(subnet.probeTime == 500 && subnet.reservations.first?.hostName == "printer")
        let router = try #require(configuration.routers.first ?? nil)
        #expect(router.address?.description == "fe80::1" && router.configuration.lifetime == 0)
        #expect(router.configuration.prefixes.first?.flags == [.onLink, .autonomous])
    }

    @Test(arguments: [
        ("v6: { subnet: 2001:db8::/64, pools: 2001:db8:1::1-2001:db8:1::9 }", "is not in subnet"),
        ("v6: { subnet: 2001:db8::1/64 }", "did you mean '2001:db8::/64'?"),
        ("v6: [{ subnet: 2001:db8::/64 }, { subnet: 2001:db8::/72 }]", "overlaps with subnet"),
        ("v6: { subnet: 2001:db8::/64, pools: [2001:db8::1-2001:db8::9, 2001:db8::9-2001:db8::a] }", "overlaps"),
        ("v6: { subnet: 2001:db8::/64, prefix_pools: { prefix: \"2001:db8:1::/48\", length: 47 } }", "'length' is 48"),
        (
            "v6: { subnet: 2001:db8::/64, prefix_pools: { prefix: \"2001:db8::/48\", length: 56 } }",
            "overlaps with subnet"
        ),
        ("v6: { subnet: 2001:db8::/64, lease: { valid: 1h, preferred: 2h } }", "'preferred' is not longer"),
        ("v6: { subnet: 2001:db8::/64, reservations: { a: { address: \"2001:db8::1\" } } }", "needs exactly one"),
        ("v6: { subnet: 2001:db8::/64, options: { custom: [{ code: 3, hex: \"00\" }] } }", "the server's to decide"),
        ("v6: { subnet: 2001:db8::/64, pool: 2001:db8::1 }", "pools"),
        ("ra: { prefixes: \"2001:db8::/56\" }", "64 bits"),
        ("ra: { interval: 10m, lifetime: 1m }", "'lifetime' is 0s"),
        ("ra: { prefixes: \"fe80::/64\" }", "link-local"),
    ])
    func `each mistake is named`(network: String, message: String) {
        let (configuration, messages) = Self.load(network)
        #expect(configuration == nil && messages.contains { $0.contains(message) }, "\(messages)")
    }
}
