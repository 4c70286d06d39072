import DHCP
import Testing
import Wire

@Suite("DHCPv6 server: prefixes")
struct PrefixDelegationTests {
    static func request(
        _ number: Int = 1, _ hints: [IPv6Prefix] = [], requested: [DHCPv6.OptionCode] = []
    ) -> DHCPv6.Message {
        Client6.message(.request, number, server: ServerSite6.serverID, requested: requested) {
            $0.append(Client6.prefixes(1, hints))
        }
    }

    @Test func `prefixes are delegated until none is left`() throws {
        var site = ServerSite6()
        var seen: Set<IPv6Prefix> = []
        for number in 1...16 {
            let prefix = try #require(try site.exchange(Self.request(number), from: number)?.prefixes.keys.first)
            #expect(prefix.length == 56 && ServerSite6.prefix("2001:db8:100::/52").contains(prefix))
            #expect(seen.insert(prefix).inserted)
        }
        #expect(try site.exchange(Self.request(17), from: 17)?.associationStatuses == [.noPrefixAvailable])
    }

    @Test func `a prefix that is asked for and free is delegated, and the length asked for counts`() throws {
        var site = ServerSite6(
            ServerSite6.configuration {
                $0.networks[0].subnets[0].prefixPools.append(
                    .init(prefix: ServerSite6.prefix("2001:db8:200::/56"), delegatedLength: 60))
            })
        let wanted = ServerSite6.prefix("2001:db8:100:300::/56")
        #expect(try site.exchange(Self.request(1, [wanted]))?.prefixes.keys.first == wanted)
        #expect(try site.exchange(Self.request(2, [wanted]), from: 2)?.prefixes.keys.first?.length == 56)
        let short = ServerSite6.prefix("::/60")
        #expect(try site.exchange(Self.request(3, [short]), from: 3)?.prefixes.keys.first?.length == 60)
        // Of a length that there is not, the nearest.
        let long = ServerSite6.prefix("::/64")
        #expect(try site.exchange(Self.request(4, [long]), from: 4)?.prefixes.keys.first?.length == 60)
        let wide = ServerSite6.prefix("::/48")
        #expect(try site.exchange(Self.request(5, [wide]), from: 5)?.prefixes.keys.first?.length == 56)
    }

    @Test func `a part is excluded for who knows what that is`() throws {
        var site = ServerSite6(
            ServerSite6.configuration { $0.networks[0].subnets[0].prefixPools[0].excludedLength = 64 })
        func excluded(_ requested: [DHCPv6.OptionCode]) throws -> IPv6Prefix? {
            let reply = try site.exchange(Self.request(requested: requested))
            let item = try #require(
                try reply?.options.read(DHCPv6.PrefixDelegation.self)?.options.read(
                    DHCPv6.IdentityAssociationPrefix.self))
            return try item.options.read(DHCPv6.PrefixExclude.self)?.prefix(in: item.prefix)
        }
        #expect(try excluded([]) == nil)
        #expect(try excluded([.prefixExclude])?.length == 64)
    }

    @Test func `an address and a prefix come in one message, and of two associations each has its own`() throws {
        var site = ServerSite6()
        let reply = try #require(
            try site.exchange(
                Client6.message(.request, server: ServerSite6.serverID) {
                    $0.append(Client6.addresses(1))
                    $0.append(Client6.addresses(2))
                    $0.append(Client6.prefixes(1))
                    $0.append(Client6.prefixes(2))
                }))
        let addresses = try reply.options.readAll(DHCPv6.IdentityAssociation.self).flatMap {
            try $0.options.readAll(DHCPv6.IdentityAssociationAddress.self).map(\.address)
        }
        #expect(addresses.count == 2 && Set(addresses).count == 2)
        let prefixes = try reply.options.readAll(DHCPv6.PrefixDelegation.self).flatMap {
            try $0.options.readAll(DHCPv6.IdentityAssociationPrefix.self).map(\.prefix)
        }
        #expect(prefixes.count == 2 && Set(prefixes).count == 2)
        #expect(site.store.count == 4)
    }

    @Test func `a prefix is renewed and released`() throws {
        var site = ServerSite6()
        let prefix = try #require(try site.exchange(Self.request())?.prefixes.keys.first)
        site.pass(seconds: 1350)
        let renew = Client6.message(.renew, server: ServerSite6.serverID) { $0.append(Client6.prefixes(1, [prefix])) }
        #expect(try site.exchange(renew)?.prefixes == [prefix: 3600])
        let release = Client6.message(.release, server: ServerSite6.serverID) {
            $0.append(Client6.prefixes(1, [prefix]))
        }
        #expect(try site.exchange(release)?.status == .success)
        #expect(site.server.poolFill[1].free == 16)
    }
}
