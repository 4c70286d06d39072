import DHCP
import DHCPServer
import Foundation
import Settings
import Testing
import Wire

@Suite("DHCP configuration")
struct ConfigurationTests {
    private func load(_ text: String) -> (ServerConfiguration?, [String]) {
        let (configuration, diagnostics) = ServerConfiguration.load(text: text, name: "dhcp.yaml")
        return (configuration, diagnostics.map(\.message))
    }

    private static let head =
        "version: 1\nnetworks:\n  lan:\n    interface: eth0\n    v4:\n      subnet: 192.0.2.0/24\n"

    @Test func `the smallest file that is of use`() throws {
        let (configuration, messages) = load(Self.head + "      pools: 192.0.2.100-192.0.2.199\n")
        #expect(messages == [])
        let subnet = try #require(configuration?.v4.networks.first?.subnets.first)
        #expect(subnet.pools.first?.first == IPv4Address(192, 0, 2, 100))
        #expect(subnet.options == [DHCPv4.RawOption(code: .subnetMask, value: [255, 255, 255, 0])])
        #expect(configuration?.links == [ServerConfiguration.LinkSetting(interface: "eth0", vlan: 0, network: 0)])
    }

    @Test func `options by name and by number become octets`() throws {
        let text =
            Self.head + """
                      options:
                        routers: 192.0.2.1
                        mtu: 1400
                        ipv6_only: 30m
                        domain_search: [a.example]
                        routes: { to: 10.0.0.0/8, via: 192.0.2.9 }
                """
        // A route stands in a list, even alone.
        #expect(load(text).1.count == 1)
        let (configuration, messages) = load(
            text.replacing("{ to: 10.0.0.0/8, via: 192.0.2.9 }", with: "[ { to: 10.0.0.0/8, via: 192.0.2.9 } ]")
                + "\n        custom: [ { code: 224, text: abc }, { code: 225, uint16: 258 }, { code: 226, hex: \"0a:0b\" } ]\n"
        )
        #expect(messages == [])
        let options = try #require(configuration?.v4.networks.first?.subnets.first?.options)
        let values = Dictionary(uniqueKeysWithValues: options.map { ($0.code.rawValue, $0.value) })
        #expect(values[3] == [192, 0, 2, 1])
        #expect(values[26] == [5, 120])
        #expect(values[108] == [0, 0, 7, 8])
        #expect(values[119] == [1, 97, 7] + Array("example".utf8) + [0])
        #expect(values[121] == [8, 10, 192, 0, 2, 9])
        #expect(values[224] == Array("abc".utf8))
        #expect(values[225] == [1, 2])
        #expect(values[226] == [10, 11])
    }

    @Test(arguments: [
        ("      pools: 192.0.3.1-192.0.3.9\n", "is not in subnet 192.0.2.0/24"),
        ("      pools: [192.0.2.1-192.0.2.9, 192.0.2.9-192.0.2.20]\n", "overlaps with another"),
        ("      pols: 192.0.2.1-192.0.2.9\n", "did you mean 'pools'?"),
        ("      reservations: { a: { address: 192.0.2.9 } }\n", "needs exactly one of"),
        ("      reservations: { a: { hardware: \"02:00:00:00:00:01\", address: 192.0.9.9 } }\n", "is not in subnet"),
        ("      reservations: { a: { hardware: \"02:00:00:00:00:01\", address: 192.0.2.255 } }\n", "no host's address"),
        ("      options: { custom: [ { code: 53, uint8: 1 } ] }\n", "is the server's to decide"),
        ("      options: { routers: 192.0.2.1, custom: [ { code: 3, hex: \"01\" } ] }\n", "is given twice"),
        ("      lease: { time: 1h, max: 30m }\n", "must lie between"),
        ("      lease: 3d\n", "did you mean '72h'?"),
        ("      pools: { range: 192.0.2.1-192.0.2.9, classes: phones }\n", "no class named 'phones'"),
    ])
    func `a mistake is found, and says what to do`(_ line: String, _ part: String) {
        let (configuration, messages) = load(Self.head + line)
        #expect(configuration == nil)
        #expect(messages.count == 1 && messages[0].contains(part), "\(messages)")
    }

    @Test func `two networks cannot be on one link, nor share addresses`() {
        let (_, messages) = load(
            Self.head + "  other:\n    interface: eth0\n    v4: { subnet: 192.0.2.128/25 }\n")
        #expect(messages.count == 2, "\(messages)")
    }

    @Test func `the committed page is what the program says`() throws {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "Documentation/reference/dhcp.md")
        let committed = try String(contentsOf: page, encoding: .utf8)
        #expect(
            committed == ServerConfiguration.referencePage + "\n", "write it anew with: apus dhcp schema --markdown")
        #expect(ServerConfiguration.jsonSchema.contains("\"rapid_commit\""))
    }
}
