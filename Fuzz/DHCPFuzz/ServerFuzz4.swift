import DHCP
import Wire

/// A DHCPv4 server that gets any messages in any order: whatever it answers can be read, fits, and offers what is its own; who
/// only asks changes nothing.
enum ServerFuzz4 {
    private static let first = IPv4Address(192, 0, 2, 16)
    private static let reserved = IPv4Address(192, 0, 2, 5)

    static func run(_ input: [UInt8]) {
        var server = DHCPv4.Server(configuration, random: ConductRandom(seed: 1))
        var outcome = Outcome()
        var now = Instant(seconds: 1_700_000_000)
        var rest = input[...]
        // Each message behind its length, and an octet that says where it came from and when.
        while rest.count >= 3 {
            let kind = rest[rest.startIndex]
            let length = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
            let message = Array(rest.dropFirst(3).prefix(length))
            rest = rest.dropFirst(3 + length)
            now = now.advanced(bySeconds: UInt32(kind >> 3))
            outcome.removeAll()
            server.tick(at: now, into: &outcome)
            check(outcome)
            outcome.removeAll()
            var arrival = Arrival(
                link: LinkIdentifier(interfaceIndex: 1), network: kind & 4 == 0 ? 0 : nil, hardwareSource: nil,
                source: IPv6Address(mapping: .any),
                target: IPv6Address(mapping: kind & 1 == 0 ? .broadcast : IPv4Address(192, 0, 2, 1)), sourcePort: 68)
            arrival.localAddress = IPv4Address(192, 0, 2, 1)
            server.receive(message.span.octets, from: arrival, at: now, into: &outcome)
            check(outcome)
            checkAsking(outcome)
            for probe in outcome.probes where kind & 2 != 0 {
                server.probeAnswered(probe.address, by: MACAddress(2, 0, 0, 0, 0, 9), at: now, into: &outcome)
            }
            check(outcome)
        }
        var bound = 0
        server.table.forEach { if $0.isBound(at: now) { bound += 1 } }
        precondition(bound <= 17, "no more is lent than there is")
        precondition(server.table.count <= 17, "nothing is remembered but of addresses")
    }

    private static func check(_ outcome: Outcome) {
        for transmission in outcome.transmissions {
            precondition((300...1472).contains(transmission.range.count), "an answer has a size that passes everywhere")
            check(answer: Array(outcome.octets[transmission.range]))
        }
        for case .put(let lease) in outcome.changes { precondition(lease.state != .offered, "offers are not kept") }
    }

    /// An answer can be read, is of a kind that servers send, and names an address that there is to lend.
    private static func check(answer octets: [UInt8]) {
        guard let view = try? DHCPv4.MessageView(reading: octets.span.octets), let type = try? view.messageType else {
            preconditionFailure("an answer can be read")
        }
        precondition(type == .offer || type == .acknowledge || type == .refuse, "a server says what servers say")
        let address = view.header.yourAddress
        precondition(
            address.isUnspecified || address == reserved
                || (first.rawValue...first.rawValue + 15).contains(address.rawValue), "it offers its own")
    }

    /// Who only asks changes nothing.
    private static func checkAsking(_ outcome: Outcome) {
        for event in outcome.events {
            guard case .answered(let message, let answer) = event.kind else { continue }
            guard message == "INFORM" || answer == "OFFER" else { continue }
            precondition(outcome.changes.isEmpty, "who only asks changes nothing")
        }
    }

    private static var configuration: DHCPv4.Configuration {
        var configuration = DHCPv4.Configuration()
        configuration.limits.rate = 100_000
        configuration.limits.burst = 100_000
        var network = DHCPv4.Network(name: "lan")
        network.serverIdentifier = IPv4Address(192, 0, 2, 1)
        network.trustsRelayInformation = true
        var subnet = DHCPv4.Subnet(prefix: IPv4Prefix(containing: first, length: 24))
        subnet.pools = [DHCPv4.Pool(first: first, last: IPv4Address(rawValue: first.rawValue + 15))]
        subnet.reservations = [DHCPv4.Reservation(match: .circuitIdentifier([1]), address: reserved)]
        subnet.allowsRapidCommit = true
        subnet.probeTime = 500
        subnet.options = [
            DHCPv4.RawOption(code: .subnetMask, value: [255, 255, 255, 0]),
            DHCPv4.RawOption(code: .captivePortal, value: [UInt8](repeating: 0x61, count: 300)),
        ]
        var kind = DHCPv4.ClientClass(name: "pxe")
        kind.vendorClasses = [Array("PXE".utf8)]
        kind.boot = DHCPv4.Boot()
        kind.boot?.file = "boot.efi"
        configuration.classes = [kind]
        network.subnets = [subnet]
        configuration.networks = [network]
        return configuration
    }
}
