import DHCP
import Testing
import Wire

/// What broke other servers, and more of the kind: the server goes on, others are served, nothing grows.
@Suite("DHCPv6 server: hostile messages")
struct HostileMessageTests {
    /// After whatever came, another client gets an address.
    static func expectService(_ site: inout ServerSite6) throws {
        #expect(try LeaseExchangeTests.lease(&site, 200) != .any)
    }

    static func message(
        _ type: DHCPv6.MessageType = .solicit, raw: [(DHCPv6.OptionCode, [UInt8])], client: Bool = true
    ) -> [UInt8] {
        let server = type == .request ? ServerSite6.serverID : nil
        var message = Client6.message(type, server: server)
        if !client { message.options.remove(.clientIdentifier) }
        for (code, value) in raw { message.options.append(DHCPv6.RawOption(code: code, value: value)) }
        return written { message.write(to: &$0) }
    }

    @Test(arguments: [0, 1, 2, 131, 200, 65_000])
    func `an identifier that is too short or too long is refused`(size: Int) throws {
        var site = ServerSite6()
        for type in [DHCPv6.MessageType.solicit, .confirm, .request, .informationRequest] {
            let octets = Self.message(
                type, raw: [(.clientIdentifier, [UInt8](repeating: 1, count: size))], client: false)
            #expect(site.receive(octets).isEmpty && site.dropReason == "bad-client-identifier")
            let server = Self.message(type, raw: [(.serverIdentifier, [UInt8](repeating: 1, count: size))])
            #expect(site.receive(server).isEmpty && site.dropReason == "bad-server-identifier")
        }
        try Self.expectService(&site)
    }

    @Test(arguments: [[0, 0, 0], [UInt8](repeating: 0xFF, count: 130)] as [[UInt8]])
    func `an identifier of zeros or of 130 octets is one like others`(octets: [UInt8]) throws {
        var site = ServerSite6()
        let association = written { Client6.addresses().writeFramed(to: &$0) }
        let raw = [(DHCPv6.OptionCode.clientIdentifier, octets)]
        let message = Self.message(.request, raw: raw, client: false) + association
        #expect(!site.receive(message).isEmpty && site.store.count == 1)
        site.restart()
        #expect(!site.receive(message).isEmpty && site.store.count == 1, "it is the same after a restart")
        try Self.expectService(&site)
    }

    @Test func `two identifiers are refused`() throws {
        var site = ServerSite6()
        let octets = Self.message(raw: [(.clientIdentifier, [0, 3, 0, 1])])
        #expect(site.receive(octets).isEmpty && site.dropReason == "bad-client-identifier")
    }

    @Test func `a thousand addresses in an association are one association`() throws {
        var site = ServerSite6()
        let many = (0..<1000).map { IPv6Address(rawValue: ServerSite6.address("2001:db8:0:1::9000").rawValue + $0) }
        for type in [DHCPv6.MessageType.solicit, .request, .renew, .rebind, .confirm, .release, .decline] {
            let needsServer = [.request, .renew, .release, .decline].contains(type)
            let message = Client6.message(type, server: needsServer ? ServerSite6.serverID : nil) {
                $0.append(Client6.addresses(1, many))
            }
            _ = site.receive(written { message.write(to: &$0) })
            #expect(site.outcome.octets.count <= 1452)
        }
        #expect(site.store.count <= 1)
        try Self.expectService(&site)
    }

    @Test(arguments: [DHCPv6.MessageType.solicit, .request])
    func `five hundred associations are refused, sixteen are answered`(type: DHCPv6.MessageType) throws {
        var site = ServerSite6()
        func message(_ count: Int) -> [UInt8] {
            let message = Client6.message(type, server: type == .request ? ServerSite6.serverID : nil) {
                for identifier in 0..<count { $0.append(Client6.addresses(UInt32(identifier))) }
            }
            return written { message.write(to: &$0) }
        }
        #expect(site.receive(message(500)).isEmpty && site.dropReason == "too-many-associations")
        #expect(site.receive(message(17)).isEmpty && site.dropReason == "too-many-associations")
        #expect(!site.receive(message(16)).isEmpty)
        #expect(site.store.count == (type == .request ? 16 : 0))
        try Self.expectService(&site)
    }

    @Test func `an association that comes twice is refused, and an address is lent to one only`() throws {
        var site = ServerSite6()
        let twice = Client6.message(.request, server: ServerSite6.serverID) {
            $0.append(Client6.addresses(1))
            $0.append(Client6.addresses(1))
        }
        #expect(site.receive(written { twice.write(to: &$0) }).isEmpty && site.dropReason == "duplicate-association")
        let wanted = ServerSite6.address("2001:db8:0:1::1003")
        let both = Client6.message(.request, server: ServerSite6.serverID) {
            $0.append(Client6.addresses(1, [wanted]))
            $0.append(Client6.addresses(2, [wanted]))
        }
        #expect(!site.receive(written { both.write(to: &$0) }).isEmpty && site.store.count == 2)
        try Self.expectService(&site)
    }

    @Test func `times that make no sense from a client change nothing`() throws {
        var site = ServerSite6()
        var association = Client6.addresses()
        association.renewal = .seconds(100)
        association.rebinding = .seconds(1)
        association.options.append(
            DHCPv6.IdentityAssociationAddress(
                ServerSite6.address("2001:db8:0:1::1003"), preferred: .infinite, valid: .zero))
        let reply = try #require(
            try site.exchange(
                Client6.message(.request, server: ServerSite6.serverID) { $0.append(association) }))
        #expect(reply.addresses.values.first == 3600)
        association.renewal = .infinite
        association.rebinding = .infinite
        #expect(
            try site.exchange(
                Client6.message(.renew, server: ServerSite6.serverID) { $0.append(association) })?.addresses.values
                .max()
                == 3600)
    }

    @Test func `what is lent for ever never ends, and says so`() throws {
        var site = ServerSite6(
            ServerSite6.configuration {
                $0.networks[0].subnets[0].times.valid = .max
                $0.networks[0].subnets[0].times.preferred = .max
            })
        let reply = try #require(
            try site.exchange(
                Client6.message(.request, server: ServerSite6.serverID) { $0.append(Client6.addresses()) }))
        let association = try #require(try reply.options.read(DHCPv6.IdentityAssociation.self))
        #expect(reply.addresses.values.first == .max && association.renewal == .infinite)
        site.pass(seconds: 4_000_000_000)
        #expect(site.store.values.allSatisfy { $0.isBound(at: site.now) } && site.server.nextTick == nil)
    }

    @Test func `options that no lease depends on are overlooked if they are malformed`() throws {
        var site = ServerSite6()
        let association = written { Client6.addresses().writeFramed(to: &$0) }
        let raw: [(DHCPv6.OptionCode, [UInt8])] = [
            (.optionRequest, [0]), (.clientFQDN, []), (.userClass, [0, 9]), (.vendorClass, [1]), (.elapsedTime, []),
            (.statusCode, [0, 0, 0xFF, 0xFE]), (.clientArchitecture, [1]), (.rapidCommit, [1]),
        ]
        #expect(!site.receive(Self.message(raw: raw) + association).isEmpty)
    }

    @Test func `an address or prefix that is cut short, or a length over 128, is refused`() throws {
        var site = ServerSite6()
        let head: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        for inner: [UInt8] in [[0, 5, 0, 23] + [UInt8](repeating: 1, count: 23), [0, 5, 0, 24, 1]] {
            #expect(site.receive(Self.message(raw: [(.identityAssociation, head + inner)])).isEmpty)
            #expect(site.dropReason == "malformed")
        }
        var prefix: [UInt8] = [0, 26, 0, 25] + [UInt8](repeating: 0, count: 25)
        prefix[12] = 129
        #expect(site.receive(Self.message(raw: [(.prefixDelegation, head + prefix)])).isEmpty)
        #expect(site.dropReason == "malformed")
        // No wish at all.
        prefix[12] = 0
        #expect(!site.receive(Self.message(raw: [(.prefixDelegation, head + prefix)])).isEmpty)
    }

    @Test func `every message cut short is counted, not answered wrongly`() throws {
        var site = ServerSite6()
        let octets = RelayTests.relayed(RelayTests.solicit(), hops: 2)
        for length in 0..<octets.count {
            #expect(site.receive(Array(octets[..<length]), from: RelayTests.arrival()).isEmpty)
        }
        try Self.expectService(&site)
    }

    @Test func `a source that no client has is refused`() throws {
        var site = ServerSite6()
        var arrival = ServerSite6.arrival()
        arrival.source = ServerSite6.address("2001:db8::66")
        #expect(site.receive(Self.message(raw: []), from: arrival).isEmpty)
        #expect(site.dropReason == "source-not-link-local")
        #expect(site.receive(Self.message(raw: []), from: ServerSite6.arrival(network: nil)).isEmpty)
        #expect(site.dropReason == "unknown-subnet")
    }

    @Test func `a flood of Solicits with invented identifiers leaves nothing behind`() throws {
        var site = ServerSite6(ServerSite6.configuration(count: 8))
        for number in 0..<5000 {
            _ = try site.exchange(Client6.message(.solicit, number) { $0.append(Client6.addresses()) }, from: 5)
        }
        #expect(site.writes == 0 && site.server.table.count == 0 && site.server.poolFill[0].free == 8)
        try Self.expectService(&site)
    }

    @Test func `one client, and one station, are limited, and others are not`() throws {
        var site = ServerSite6(
            ServerSite6.configuration {
                $0.limits.rate = 10
                $0.limits.burst = 20
                $0.limits.stationRate = 50
            })
        func answers(_ numbers: [Int], from station: Int) throws -> Int {
            try numbers.count {
                try site.exchange(Client6.message(.solicit, $0) { $0.append(Client6.addresses()) }, from: station)
                    != nil
            }
        }
        #expect(try answers(Array(repeating: 1, count: 100), from: 1) == 20)
        #expect(site.dropReason == "rate-limit" || site.dropReason == "station-rate-limit")
        #expect(try answers(Array(1000..<1500), from: 2) == 100)
        #expect(site.dropReason == "station-rate-limit")
        try Self.expectService(&site)
        site.pass(seconds: 1)
        #expect(try answers(Array(repeating: 1, count: 100), from: 1) == 10)
    }

    @Test func `one station does not get more leases than it may, and gets others for those that it gives back`() throws
    {
        var site = ServerSite6(ServerSite6.configuration { $0.limits.leasesPerStation = 3 })
        func request(_ number: Int) throws -> IPv6Address? {
            try site.exchange(
                Client6.message(.request, number, server: ServerSite6.serverID) { $0.append(Client6.addresses()) },
                from: 1)?.addresses.keys.first
        }
        let leased = try (1...3).compactMap { try request($0) }
        #expect(try leased.count == 3 && request(4) == nil)
        _ = try site.exchange(
            Client6.message(.release, 1, server: ServerSite6.serverID) { $0.append(Client6.addresses(1, [leased[0]])) })
        #expect(try request(4) != nil && request(5) == nil)
        site.pass(seconds: 3602)
        #expect(try request(5) != nil)
    }

    @Test func `there are never more leases than memory is meant for`() throws {
        var site = ServerSite6(
            ServerSite6.configuration(count: 1 << 64) { $0.limits.leases = 100 })
        for number in 1...200 {
            _ = try site.exchange(
                Client6.message(.request, number, server: ServerSite6.serverID) { $0.append(Client6.addresses()) },
                from: number)
        }
        #expect(site.server.table.count == 100 && site.store.count == 100)
    }

    @Test func `no octets whatever make two clients share an address`() throws {
        var site = ServerSite6(ServerSite6.configuration(count: 32) { $0.networks[0].allowsReconfigure = true })
        var random = SeededRandom(11)
        var samples = [RelayTests.relayed(RelayTests.solicit(), hops: 2)]
        for type in 1...11 {
            samples.append(
                written {
                    Client6.message(.init(rawValue: UInt8(type)), server: ServerSite6.serverID) {
                        $0.append(Client6.addresses(1, [ServerSite6.address("2001:db8:0:1::1003")]))
                        $0.append(Client6.prefixes(1, [ServerSite6.prefix("2001:db8:100:300::/56")]))
                        $0.append(DHCPv6.ReconfigureAccept())
                    }.write(to: &$0)
                })
        }
        for round in 0..<20_000 {
            let octets = mutated(samples[round % samples.count], with: &random)
            let arrival = round % 12 == 0 ? RelayTests.arrival() : ServerSite6.arrival(from: round % 50 + 1)
            _ = site.receive(octets, from: arrival)
            if round % 100 == 0 { site.pass(seconds: 60) }
        }
        #expect(site.server.table.count <= 48)
    }
}
