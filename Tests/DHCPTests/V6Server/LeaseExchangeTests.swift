import DHCP
import Testing
import Wire

@Suite("DHCPv6 server: leases")
struct LeaseExchangeTests {
    /// A client takes what is advertised to it.
    static func lease(_ site: inout ServerSite6, _ number: Int = 1) throws -> IPv6Address {
        let offer = try site.exchange(
            Client6.message(.solicit, number) { $0.append(Client6.addresses()) }, from: number)
        let advertised = try #require(offer?.addresses.keys.first)
        let reply = try site.exchange(
            Client6.message(.request, number, server: ServerSite6.serverID) {
                $0.append(Client6.addresses(1, [advertised]))
            }, from: number)
        #expect(reply?.addresses.keys.first == advertised)
        return try #require(reply?.addresses.keys.first)
    }

    @Test func `a Solicit is answered by what the Request then brings, and writes nothing`() throws {
        var site = ServerSite6()
        let offer = try #require(try site.exchange(Client6.message(.solicit) { $0.append(Client6.addresses()) }))
        #expect(offer.type == .advertise && offer.transactionID == 0xABCDEF && site.writes == 0)
        #expect(try offer.options.read(DHCPv6.ClientIdentifier.self)?.duid == ServerSite6.duid(1))
        #expect(try offer.options.read(DHCPv6.ServerIdentifier.self)?.duid == ServerSite6.serverID)
        #expect(try offer.options.read(DHCPv6.DNSServers.self) != nil)
        #expect(try offer.options.read(DHCPv6.SolicitMaximumRetransmission.self) == nil, "nobody asked for it")
        let again = try #require(try site.exchange(Client6.message(.solicit) { $0.append(Client6.addresses()) }))
        #expect(again.addresses == offer.addresses, "the same client is advertised the same")
        let address = try LeaseExchangeTests.lease(&site)
        #expect(site.writes == 1 && offer.addresses[address] == 3600)
        let association = try #require(try site.replies().first?.options.read(DHCPv6.IdentityAssociation.self))
        #expect(association.renewal == .seconds(1350) && association.rebinding == .seconds(2160))
    }

    @Test func `two messages suffice where both sides agree`() throws {
        var site = ServerSite6(
            ServerSite6.configuration { $0.networks[0].allowsRapidCommit = true })
        let rapid = Client6.message(.solicit) {
            $0.append(DHCPv6.RapidCommit())
            $0.append(Client6.addresses())
        }
        let reply = try #require(try site.exchange(rapid))
        #expect(reply.type == .reply && reply.options[.rapidCommit] != nil && site.writes == 1)
        let slow = try #require(
            try site.exchange(Client6.message(.solicit, 2) { $0.append(Client6.addresses()) }, from: 2))
        #expect(slow.type == .advertise && slow.options[.rapidCommit] == nil)
        var other = ServerSite6()
        #expect(try other.exchange(rapid)?.type == .advertise)
    }

    @Test func `clients get different addresses until none is left, and then are told so`() throws {
        var site = ServerSite6(ServerSite6.configuration(count: 8))
        let leased = Set(try (1...8).map { try Self.lease(&site, $0) })
        #expect(leased.count == 8)
        let offer = try #require(
            try site.exchange(Client6.message(.solicit, 9) { $0.append(Client6.addresses()) }, from: 9))
        #expect(offer.type == .advertise && offer.associationStatuses == [.noAddressesAvailable])
        let reply = try site.exchange(
            Client6.message(.request, 9, server: ServerSite6.serverID) {
                $0.append(Client6.addresses(1, [leased.first ?? .any]))
            }, from: 9)
        #expect(reply?.associationStatuses == [.noAddressesAvailable])
    }

    @Test func `an address that was advertised to one and requested by two goes to one of them`() throws {
        var site = ServerSite6()
        let wanted = ServerSite6.address("2001:db8:0:1::1007")
        func request(_ number: Int) -> DHCPv6.Message {
            Client6.message(.request, number, server: ServerSite6.serverID) {
                $0.append(Client6.addresses(1, [wanted]))
            }
        }
        #expect(try site.exchange(request(1))?.addresses.keys.first == wanted)
        let other = try #require(try site.exchange(request(2), from: 2)?.addresses.keys.first)
        #expect(other != wanted)
    }

    @Test func `a client renews, rebinds, and keeps its address over a restart`() throws {
        var site = ServerSite6()
        let address = try Self.lease(&site)
        site.pass(seconds: 1350)
        let renew = Client6.message(.renew, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [address])) }
        #expect(try site.exchange(renew)?.addresses == [address: 3600])
        site.restart()
        site.pass(seconds: 2880)
        let rebind = Client6.message(.rebind) { $0.append(Client6.addresses(1, [address])) }
        #expect(try site.exchange(rebind)?.addresses == [address: 3600])
        #expect(site.store[LeaseAddress(address)]?.isBound(at: site.now) == true)
    }

    @Test func `an address comes back when its time is over, or when it is released, and its client gets it again`()
        throws
    {
        var site = ServerSite6(ServerSite6.configuration(count: 1))
        let address = try Self.lease(&site)
        site.pass(seconds: 3602)
        #expect(try Self.lease(&site, 2) == address)
        let release = Client6.message(.release, 2, server: ServerSite6.serverID) {
            $0.append(Client6.addresses(1, [address]))
        }
        let reply = try #require(try site.exchange(release, from: 2))
        #expect(reply.status == .success && reply.addresses.isEmpty && reply.options[.dnsServers] == nil)
        #expect(site.store[LeaseAddress(address)]?.state == .released)
        #expect(try Self.lease(&site, 1) == address)
    }

    @Test func `affinity outlives the lease while others are free`() throws {
        var site = ServerSite6()
        let address = try Self.lease(&site)
        site.pass(seconds: 10_000)
        for number in 2...100 { #expect(try Self.lease(&site, number) != address) }
        #expect(try Self.lease(&site) == address)
    }

    @Test func `what is declined rests, and too many declines of a client are not believed`() throws {
        var site = ServerSite6()
        var declined: [IPv6Address] = []
        for _ in 0..<3 {
            let address = try Self.lease(&site)
            #expect(!declined.contains(address))
            declined.append(address)
            let decline = Client6.message(.decline, server: ServerSite6.serverID) {
                $0.append(Client6.addresses(1, [address]))
            }
            #expect(try site.exchange(decline)?.status == .success)
            #expect(site.store[LeaseAddress(address)]?.state == .declined)
        }
        #expect(try site.exchange(Client6.message(.solicit) { $0.append(Client6.addresses()) }) == nil)
        #expect(site.dropReason == "declined-too-often")
        #expect(!declined.contains(try Self.lease(&site, 2)), "others are served")
        site.pass(seconds: 3601)
        #expect(site.store.values.allSatisfy { $0.state != .declined }, "the rest ends")
        #expect(site.server.poolFill[0].quarantined == 0)
    }

    @Test func `nobody declines or releases what is another's`() throws {
        var site = ServerSite6()
        let address = try Self.lease(&site)
        for type in [DHCPv6.MessageType.release, .decline] {
            let reply = try site.exchange(
                Client6.message(type, 2, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [address])) },
                from: 2)
            #expect(reply?.status == .success && reply?.associationStatuses == [.noBinding])
        }
        #expect(site.server.table[LeaseAddress(address)]?.state == .bound)
    }

    @Test func `a share of the pool may rest, and no more`() throws {
        var site = ServerSite6(ServerSite6.configuration(count: 8))
        for number in 1...8 {
            let address = try Self.lease(&site, number)
            _ = try site.exchange(
                Client6.message(.decline, number, server: ServerSite6.serverID) {
                    $0.append(Client6.addresses(1, [address]))
                }, from: number)
        }
        #expect(site.server.poolFill[0].quarantined == 2)
        #expect(site.server.poolFill[0].free == 6)
    }

    @Test func `an early renewal need not be written`() throws {
        var site = ServerSite6(
            ServerSite6.configuration { $0.networks[0].subnets[0].times.calm = 25 })
        let address = try Self.lease(&site)
        site.pass(seconds: 800)
        let renew = Client6.message(.renew, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [address])) }
        #expect(try site.exchange(renew)?.addresses == [address: 2800])
        #expect(site.writes == 1)
        site.pass(seconds: 200)
        #expect(try site.exchange(renew)?.addresses == [address: 3600])
        #expect(site.writes == 2)
    }
}
