import DHCP
import Wire

/// A DHCPv6 server that gets any messages in any order: whatever it answers can be read, what it offers is its own, and it
/// writes nothing for who only asks.
enum ServerFuzz6 {
    static func run(_ input: [UInt8]) {
        var server = DHCPv6.Server(configuration, random: ConductRandom(seed: 1))
        var outcome = Outcome()
        var now = Instant(seconds: 1_700_000_000)
        var rest = input[...]
        // Each message behind its length, and an octet that says where it came from and when.
        while rest.count >= 3 {
            let kind = rest[rest.startIndex]
            let length = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
            let message = Array(rest.dropFirst(3).prefix(length))
            rest = rest.dropFirst(3 + length)
            now = now.advanced(bySeconds: UInt32(kind >> 2))
            outcome.removeAll()
            server.tick(at: now, into: &outcome)
            check(outcome, [])
            outcome.removeAll()
            server.receive(message.span.octets, from: arrival(kind), at: now, into: &outcome)
            check(outcome, message)
        }
        var bound = 0
        server.table.forEach { if $0.isBound(at: now) { bound += 1 } }
        precondition(bound <= 16 + 4 + 2, "no more is lent than there is")
    }

    private static func check(_ outcome: Outcome, _ message: [UInt8]) {
        for transmission in outcome.transmissions {
            let octets = Array(outcome.octets[transmission.range])
            var reply = octets.span.octets
            guard let relayed = try? DHCPv6.Relayed(reading: &reply) else {
                preconditionFailure("an answer can be read")
            }
            let type = relayed.message.type
            precondition(type == .advertise || type == .reply || type == .reconfigure, "a server says what servers say")
            for association in (try? relayed.message.options.readAll(DHCPv6.IdentityAssociation.self)) ?? [] {
                precondition(
                    association.renewal <= association.rebinding, "a client renews before it asks any server")
            }
        }
        for case .put(let lease) in outcome.changes { precondition(lease.state != .offered, "offers are not kept") }
        if outcome.changes.isEmpty { return }
        precondition(message.first != 11, "who only asks changes nothing")
    }

    private static func arrival(_ kind: UInt8) -> Arrival {
        let station = MACAddress(2, 0, 0, 0, 0, kind & 3)
        return Arrival(
            link: LinkIdentifier(interfaceIndex: 1), network: 0, hardwareSource: station,
            source: IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, UInt16(kind & 3)),
            target: IPv6Address(0xFF02, 0, 0, 0, 0, 0, 1, 2), sourcePort: 546)
    }

    /// The server's name is short, so that the fuzzer finds it.
    private static var configuration: DHCPv6.Configuration {
        guard let duid = DUID(octets: [0, 1, 2]), let client = DUID(octets: [0, 2, 3]) else {
            preconditionFailure("they are long enough")
        }
        var configuration = DHCPv6.Configuration(serverIdentifier: duid)
        configuration.limits.rate = 100_000
        configuration.limits.burst = 100_000
        var network = DHCPv6.Network(name: "lan")
        network.allowsRapidCommit = true
        network.allowsReconfigure = true
        let first = IPv6Address(0x2001, 0xDB8, 0, 1, 0, 0, 0, 0x10)
        var subnet = DHCPv6.Subnet(prefix: IPv6Prefix(containing: first, length: 64))
        subnet.pools = [.init(first: first, last: IPv6Address(rawValue: first.rawValue + 15))]
        let delegated = IPv6Prefix(containing: IPv6Address(0x2001, 0xDB8, 1, 0, 0, 0, 0, 0), length: 54)
        var pool = DHCPv6.PrefixPool(prefix: delegated, delegatedLength: 56)
        pool.excludedLength = 64
        subnet.prefixPools = [pool]
        subnet.reservations = [
            .init(match: .duid(client), address: IPv6Address(0x2001, 0xDB8, 0, 1, 0, 0, 0, 5))
        ]
        network.subnets = [subnet]
        configuration.networks = [network]
        configuration.options = [DHCPv6.RawOption(DHCPv6.DNSServers([first]))]
        return configuration
    }
}
