import DHCP
import Testing
import Wire

/// A DHCPv6 server, and clients that speak to it: what it commits is kept as a store keeps it.
struct ServerSite6 {
    static let link = LinkIdentifier(interfaceIndex: 7)
    static let serverID = DUID(octets: [0, 3, 0, 1, 2, 0, 0, 0, 0, 1]) ?? { preconditionFailure("it is a DUID") }()
    static let start = Instant(seconds: 1_700_000_000)
    static let allServers = IPv6Address(0xFF02, 0, 0, 0, 0, 0, 1, 2)

    var server: DHCPv6.Server
    var outcome = Outcome()
    var now = start

    /// What a store would have: what was committed, by address.
    var store: [LeaseAddress: Lease] = [:]

    /// How many changes were committed.
    var writes = 0

    init(_ configuration: DHCPv6.Configuration = Self.configuration()) {
        server = DHCPv6.Server(configuration, random: ConductRandom(seed: 1))
    }

    /// A network with a pool of `count` addresses and sixteen prefixes of 56 bits.
    static func configuration(count: UInt128 = 256, _ change: (inout DHCPv6.Configuration) -> Void = { _ in })
        -> DHCPv6.Configuration
    {
        var configuration = DHCPv6.Configuration(serverIdentifier: serverID)
        configuration.limits.rate = 1000
        configuration.limits.burst = 1000
        var network = DHCPv6.Network(name: "lan")
        var subnet = DHCPv6.Subnet(prefix: prefix("2001:db8:0:1::/64"))
        let first = address("2001:db8:0:1::1000")
        subnet.pools = [.init(first: first, last: IPv6Address(rawValue: first.rawValue + count - 1))]
        subnet.prefixPools = [.init(prefix: prefix("2001:db8:100::/52"), delegatedLength: 56)]
        network.subnets = [subnet]
        configuration.networks = [network]
        configuration.options = [
            DHCPv6.RawOption(DHCPv6.DNSServers([address("2001:db8::53")])),
            DHCPv6.RawOption(DHCPv6.SolicitMaximumRetransmission(seconds: 600)),
            DHCPv6.RawOption(DHCPv6.InformationRefreshTime(.seconds(7200))),
        ]
        change(&configuration)
        return configuration
    }

    static func address(_ text: String) -> IPv6Address {
        IPv6Address(text) ?? { preconditionFailure("\(text) is an address") }()
    }

    static func prefix(_ text: String) -> IPv6Prefix {
        IPv6Prefix(text) ?? { preconditionFailure("\(text) is a prefix") }()
    }

    static func duid(_ number: Int) -> DUID {
        let octets = [0, 3, 0, 1, 2, 0] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        return DUID(octets: octets) ?? { preconditionFailure("it is a DUID") }()
    }

    static func station(_ number: Int) -> MACAddress { MACAddress(rawValue: 0x0200_0000_0000 | UInt64(number)) }

    static func linkLocal(_ number: Int) -> IPv6Address {
        IPv6Address(rawValue: address("fe80::").rawValue | UInt128(0x1_0000 + number))
    }

    static func arrival(from number: Int = 1, to target: IPv6Address = allServers, network: Int? = 0) -> Arrival {
        Arrival(
            link: link, network: network, hardwareSource: station(number), source: linkLocal(number), target: target,
            sourcePort: 546)
    }

    /// Gives a message in, and what came of it: committed first, then the replies.
    mutating func receive(_ octets: [UInt8], from arrival: Arrival = arrival()) -> [Transmission.Target] {
        outcome.removeAll()
        server.receive(octets.span.octets, from: arrival, at: now, into: &outcome)
        commit()
        return outcome.transmissions.map(\.target)
    }

    mutating func commit() {
        writes += outcome.changes.count
        for change in outcome.changes {
            switch change {
            case .put(let lease):
                #expect(lease.state != .offered, "nothing that is only offered is stored")
                store[lease.address] = lease
            case .remove(let address): store[address] = nil
            }
        }
    }

    /// The replies, read.
    func replies() throws -> [DHCPv6.Message] {
        try outcome.transmissions.map { transmission in
            let octets = Array(outcome.octets[transmission.range])
            var rest = octets.span.octets
            return try DHCPv6.Message(reading: &rest)
        }
    }

    /// Gives a client's message in; its reply, if there is one.
    mutating func exchange(_ message: DHCPv6.Message, from number: Int = 1) throws -> DHCPv6.Message? {
        let targets = receive(written { message.write(to: &$0) }, from: Self.arrival(from: number))
        if let target = targets.first {
            #expect(
                target == .client6(Self.station(number), Self.linkLocal(number), port: 546), "to the station that asked"
            )
        }
        return try replies().first
    }

    /// Why the last message got no answer.
    var dropReason: String? {
        for event in outcome.events {
            if case .dropped(_, let reason) = event.kind { return reason.description }
        }
        return nil
    }

    /// Does what is due, as time passes.
    mutating func pass(seconds: UInt32) {
        now = now.advanced(bySeconds: seconds)
        tick()
    }

    mutating func tick() {
        outcome.removeAll()
        server.tick(at: now, into: &outcome)
        commit()
    }

    /// The server dies, and another starts with what was committed.
    mutating func restart() {
        let configuration = server.configuration
        server = DHCPv6.Server(configuration, random: ConductRandom(seed: 2))
        for lease in store.values { server.restore(lease, at: now) }
    }
}

/// What clients say.
enum Client6 {
    static func message(
        _ type: DHCPv6.MessageType, _ number: Int = 1, server: DUID? = nil, transactionID: UInt32 = 0xABCDEF,
        requested: [DHCPv6.OptionCode] = [.dnsServers], _ more: (inout DHCPv6.Options) -> Void = { _ in }
    ) -> DHCPv6.Message {
        var message = DHCPv6.Message(type, transactionID: transactionID)
        message.options.append(DHCPv6.ClientIdentifier(ServerSite6.duid(number)))
        if let server { message.options.append(DHCPv6.ServerIdentifier(server)) }
        message.options.append(DHCPv6.ElapsedTime(hundredths: 0))
        if !requested.isEmpty { message.options.append(DHCPv6.OptionRequest(requested)) }
        more(&message.options)
        return message
    }

    static func addresses(_ identifier: UInt32 = 1, _ hints: [IPv6Address] = []) -> DHCPv6.IdentityAssociation {
        var association = DHCPv6.IdentityAssociation(identifier: identifier)
        for hint in hints {
            association.options.append(
                DHCPv6.IdentityAssociationAddress(hint, preferred: .zero, valid: .zero))
        }
        return association
    }

    static func prefixes(_ identifier: UInt32 = 1, _ hints: [IPv6Prefix] = []) -> DHCPv6.PrefixDelegation {
        var association = DHCPv6.PrefixDelegation(identifier: identifier)
        for hint in hints {
            association.options.append(DHCPv6.IdentityAssociationPrefix(hint, preferred: .zero, valid: .zero))
        }
        return association
    }
}

extension DHCPv6.Message {
    /// The addresses of the first association, with their valid lifetimes.
    var addresses: [IPv6Address: UInt32] {
        guard let association = try? options.readAll(DHCPv6.IdentityAssociation.self).first,
            let items = try? association.options.readAll(DHCPv6.IdentityAssociationAddress.self)
        else { return [:] }
        return Dictionary(items.map { ($0.address, $0.valid.rawValue) }) { first, _ in first }
    }

    var prefixes: [IPv6Prefix: UInt32] {
        guard let association = try? options.readAll(DHCPv6.PrefixDelegation.self).first,
            let items = try? association.options.readAll(DHCPv6.IdentityAssociationPrefix.self)
        else { return [:] }
        return Dictionary(items.map { ($0.prefix, $0.valid.rawValue) }) { first, _ in first }
    }

    /// The message's own status.
    var status: DHCPv6.StatusCode.Code? { (try? options.read(DHCPv6.StatusCode.self))?.status }

    /// The statuses of its associations.
    var associationStatuses: [DHCPv6.StatusCode.Code?] {
        let addresses = (try? options.readAll(DHCPv6.IdentityAssociation.self).map(\.options)) ?? []
        let prefixes = (try? options.readAll(DHCPv6.PrefixDelegation.self).map(\.options)) ?? []
        return (addresses + prefixes).map { (try? $0.read(DHCPv6.StatusCode.self))?.status }
    }
}
