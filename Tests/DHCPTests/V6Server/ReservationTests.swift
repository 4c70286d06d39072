import DHCP
import Testing
import Wire

@Suite("DHCPv6 server: reservations")
struct ReservationTests {
    static let reserved = ServerSite6.address("2001:db8:0:1::1005")

    static func site(_ match: DHCPv6.Reservation.Match, prefix: IPv6Prefix? = nil) -> ServerSite6 {
        ServerSite6(configuration(match, prefix: prefix))
    }

    static func configuration(
        _ match: DHCPv6.Reservation.Match, prefix: IPv6Prefix? = nil
    ) -> DHCPv6.Configuration {
        ServerSite6.configuration(count: 8) {
            var reservation = DHCPv6.Reservation(match: match, address: reserved, prefix: prefix)
            reservation.hostName = "printer"
            reservation.options = [DHCPv6.RawOption(DHCPv6.DNSServers([reserved]))]
            $0.networks[0].subnets[0].reservations = [reservation]
        }
    }

    @Test(arguments: [
        DHCPv6.Reservation.Match.duid(ServerSite6.duid(3)), .hardwareAddress(ServerSite6.station(3)),
    ])
    func `what is reserved goes to its client, and to nobody else`(match: DHCPv6.Reservation.Match) throws {
        var site = Self.site(match)
        for number in [1, 2, 4, 5, 6, 7, 8] { #expect(try LeaseExchangeTests.lease(&site, number) != Self.reserved) }
        let offer = try site.exchange(Client6.message(.solicit, 9) { $0.append(Client6.addresses()) }, from: 9)
        #expect(offer?.associationStatuses == [.noAddressesAvailable], "what is reserved is not in the pool")
        #expect(try LeaseExchangeTests.lease(&site, 3) == Self.reserved)
        #expect(site.store[LeaseAddress(Self.reserved)]?.hostName == "printer")
        #expect(try site.replies().first?.options.read(DHCPv6.DNSServers.self)?.addresses == [Self.reserved])
    }

    @Test func `a client is known by what its relay agent saw, or calls it`() throws {
        let matches: [(DHCPv6.Reservation.Match, (inout DHCPv6.Options) -> Void)] = [
            (
                .hardwareAddress(ServerSite6.station(44)),
                { $0.append(DHCPv6.ClientLinkLayerAddress(ServerSite6.station(44))) }
            ),
            (.interfaceIdentifier([9, 9]), { $0.append(DHCPv6.InterfaceIdentifier(octets: [9, 9])) }),
            (.remoteIdentifier([8]), { $0.append(DHCPv6.RemoteIdentifier(enterprise: 1, octets: [8])) }),
            (.subscriberIdentifier([7]), { $0.append(DHCPv6.SubscriberIdentifier(octets: [7])) }),
        ]
        for (match, option) in matches {
            var site = Self.site(match)
            _ = site.receive(RelayTests.relayed(RelayTests.solicit(), hops: 2, option), from: RelayTests.arrival())
            var rest = site.outcome.octets.span.octets
            #expect(try DHCPv6.Relayed(reading: &rest).message.addresses.keys.first == Self.reserved)
        }
    }

    @Test func `a client is known by the address that its link-local address was made of`() throws {
        var site = Self.site(.hardwareAddress(MACAddress(0x02, 0, 0, 0, 0, 0x2C)))
        var relay = DHCPv6.RelayMessage(
            .relayForward, hopCount: 0, linkAddress: ServerSite6.address("2001:db8:0:1::1"),
            peerAddress: ServerSite6.address("fe80::ff:fe00:2c"))
        relay.options.append(DHCPv6.RelayedMessage(octets: written { RelayTests.solicit().write(to: &$0) }))
        _ = site.receive(written { relay.write(to: &$0) }, from: RelayTests.arrival())
        var rest = site.outcome.octets.span.octets
        #expect(try DHCPv6.Relayed(reading: &rest).message.addresses.keys.first == Self.reserved)
    }

    @Test func `a reservation that is made later wins at the client's next message`() throws {
        var site = ServerSite6(ServerSite6.configuration(count: 8))
        let before = try #require(
            try site.exchange(
                Client6.message(.request, server: ServerSite6.serverID) {
                    $0.append(Client6.addresses(1, [Self.reserved]))
                }))
        #expect(before.addresses.keys.first == Self.reserved)
        site.server.reconfigure(Self.configuration(.duid(ServerSite6.duid(3))), at: site.now)
        // Until then it is still the other's.
        let third = try LeaseExchangeTests.lease(&site, 3)
        #expect(third != Self.reserved)
        let renew = try site.exchange(
            Client6.message(.renew, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [Self.reserved])) })
        #expect(renew?.addresses[Self.reserved] == 0 && renew?.addresses.count == 2)
        let moved = try site.exchange(
            Client6.message(.renew, 3, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [third])) },
            from: 3)
        #expect(moved?.addresses[Self.reserved] == 3600 && moved?.addresses[third] == 0)
    }

    @Test func `a machine that starts another system gets what is reserved for its hardware`() throws {
        var site = Self.site(.hardwareAddress(ServerSite6.station(3)))
        #expect(try LeaseExchangeTests.lease(&site, 3) == Self.reserved)
        let other = Client6.message(.request, 300, server: ServerSite6.serverID) { $0.append(Client6.addresses()) }
        #expect(try site.exchange(other, from: 3)?.addresses.keys.first == Self.reserved)
        #expect(site.store.values.filter { $0.isBound(at: site.now) }.count == 1)
    }

    @Test func `a prefix may be reserved, too, outside of any pool`() throws {
        let prefix = ServerSite6.prefix("2001:db8:5000::/48")
        var site = Self.site(.duid(ServerSite6.duid(3)), prefix: prefix)
        #expect(try site.exchange(PrefixDelegationTests.request(3), from: 3)?.prefixes.keys.first == prefix)
        #expect(try site.exchange(PrefixDelegationTests.request(4, [prefix]), from: 4)?.prefixes.keys.first != prefix)
    }
}
