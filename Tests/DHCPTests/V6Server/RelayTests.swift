import DHCP
import Testing
import Wire

@Suite("DHCPv6 server: relays")
struct RelayTests {
    static let relayAddress = ServerSite6.address("2001:db8:ffff::1")

    /// A client's message through relay agents; the last one is nearest to the client.
    static func relayed(
        _ message: DHCPv6.Message, hops: Int, linkAddress: String = "2001:db8:0:1::1",
        _ more: (inout DHCPv6.Options) -> Void = { _ in }
    ) -> [UInt8] {
        var octets = written { message.write(to: &$0) }
        for hop in 0..<hops {
            var relay = DHCPv6.RelayMessage(
                .relayForward, hopCount: UInt8(hop),
                linkAddress: hop == 0 ? ServerSite6.address(linkAddress) : .any, peerAddress: ServerSite6.linkLocal(hop)
            )
            if hop == 0 { more(&relay.options) }
            relay.options.append(DHCPv6.RelayedMessage(octets: octets))
            octets = written { relay.write(to: &$0) }
        }
        return octets
    }

    static func arrival(port: UInt16 = 547) -> Arrival {
        Arrival(
            link: ServerSite6.link, network: nil, hardwareSource: nil, source: relayAddress,
            target: ServerSite6.address("2001:db8::1"), sourcePort: port)
    }

    static func solicit(_ number: Int = 1) -> DHCPv6.Message {
        Client6.message(.solicit, number) { $0.append(Client6.addresses()) }
    }

    @Test(arguments: [1, 2, 32])
    func `an answer goes back the way that the message came`(hops: Int) throws {
        var site = ServerSite6()
        let octets = Self.relayed(Self.solicit(), hops: hops) {
            $0.append(DHCPv6.InterfaceIdentifier(octets: [1, 2, 3]))
            $0.append(DHCPv6.RemoteIdentifier(enterprise: 9, octets: [4]))
        }
        #expect(site.receive(octets, from: Self.arrival()) == [.routed6(Self.relayAddress, port: 547)])
        var rest = site.outcome.octets.span.octets
        let reply = try DHCPv6.Relayed(reading: &rest)
        #expect(reply.relays.count == hops && reply.message.type == .advertise)
        #expect(reply.relays.allSatisfy { $0.type == .relayReply })
        #expect(reply.relays.map(\.hopCount) == (0..<hops).reversed().map(UInt8.init))
        #expect(reply.relays.map(\.peerAddress) == (0..<hops).reversed().map(ServerSite6.linkLocal))
        #expect(reply.relays.last?.linkAddress == ServerSite6.address("2001:db8:0:1::1"))
        #expect(reply.relays.last?.options[.interfaceIdentifier] == [1, 2, 3])
        #expect(reply.relays.last?.options[.remoteIdentifier] == nil)
    }

    @Test func `more relay agents than 32, a message without one inside, and one that is none are refused`() throws {
        var site = ServerSite6()
        #expect(site.receive(Self.relayed(Self.solicit(), hops: 33), from: Self.arrival()).isEmpty)
        #expect(site.dropReason == "relay-nesting")
        let empty = DHCPv6.RelayMessage(.relayForward, hopCount: 0, linkAddress: .any, peerAddress: .any)
        #expect(site.receive(written { empty.write(to: &$0) }, from: Self.arrival()).isEmpty)
        #expect(site.dropReason == "relay-without-message")
        var octets = Self.relayed(Self.solicit(), hops: 1)
        octets[0] = 13
        #expect(site.receive(octets, from: Self.arrival()).isEmpty && site.dropReason == "not-for-servers")
    }

    @Test func `the link address says which link it is, and one of no link is not answered`() throws {
        var site = ServerSite6(
            ServerSite6.configuration {
                var other = DHCPv6.Network(name: "other")
                var subnet = DHCPv6.Subnet(prefix: ServerSite6.prefix("2001:db8:0:2::/64"))
                subnet.pools = [
                    .init(
                        first: ServerSite6.address("2001:db8:0:2::10"), last: ServerSite6.address("2001:db8:0:2::20"))
                ]
                other.subnets = [subnet]
                other.interfaceIdentifiers = [Array("port 2".utf8)]
                $0.networks.append(other)
            })
        func offered(_ octets: [UInt8]) throws -> IPv6Address? {
            _ = site.receive(octets, from: Self.arrival())
            guard !site.outcome.octets.isEmpty else { return nil }
            var rest = site.outcome.octets.span.octets
            return try DHCPv6.Relayed(reading: &rest).message.addresses.keys.first
        }
        let second = ServerSite6.prefix("2001:db8:0:2::/64")
        let byAddress = try #require(try offered(Self.relayed(Self.solicit(), hops: 1, linkAddress: "2001:db8:0:2::1")))
        #expect(second.contains(byAddress))
        let byName = try #require(
            try offered(
                Self.relayed(Self.solicit(), hops: 1, linkAddress: "::") {
                    $0.append(DHCPv6.InterfaceIdentifier("port 2"))
                }))
        #expect(second.contains(byName))
        #expect(try offered(Self.relayed(Self.solicit(), hops: 1, linkAddress: "2001:db8:9::1")) == nil)
        #expect(site.dropReason == "unknown-subnet")
        #expect(try offered(Self.relayed(Self.solicit(), hops: 1, linkAddress: "::")) == nil)
        #expect(site.dropReason == "unknown-subnet")
    }

    @Test func `an agent with a port of its own is answered there`() throws {
        var site = ServerSite6()
        let octets = Self.relayed(Self.solicit(), hops: 1) {
            $0.append(DHCPv6.RawOption(code: .relaySourcePort, value: [0, 0]))
        }
        #expect(site.receive(octets, from: Self.arrival(port: 4000)) == [.routed6(Self.relayAddress, port: 4000)])
    }

    @Test func `an agent on the link is answered on the link`() throws {
        var site = ServerSite6()
        let octets = Self.relayed(Self.solicit(), hops: 1, linkAddress: "::")
        let targets = site.receive(octets, from: ServerSite6.arrival(from: 50))
        #expect(targets == [.client6(ServerSite6.station(50), ServerSite6.linkLocal(50), port: 547)])
    }

    @Test(arguments: [0, 1, 60_000, 65_000])
    func `an Interface-Id of any size is answered, or counted if it does not fit`(size: Int) throws {
        var site = ServerSite6()
        let octets = Self.relayed(Client6.message(.solicit, requested: []) { $0.append(Client6.addresses()) }, hops: 1)
        {
            $0.append(DHCPv6.RawOption(code: .interfaceIdentifier, value: [UInt8](repeating: 7, count: size)))
        }
        let isAnswered = !site.receive(octets, from: Self.arrival()).isEmpty
        #expect(isAnswered == (size < 60_000) && (isAnswered || site.dropReason == "answer-too-large"))
    }
}
