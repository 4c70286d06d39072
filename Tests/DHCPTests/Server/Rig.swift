import DHCP
import Wire

/// A server under test, the time, and what comes out of it.
struct Rig {
    var server: DHCPv4.Server
    var now = Instant(seconds: 1_700_000_000)
    var outcome = Outcome()

    static let link = LinkIdentifier(interfaceIndex: 7)
    static let serverAddress = IPv4Address(192, 0, 2, 1)

    /// A message that the server sent, and where to.
    struct Reply {
        let message: DHCPv4.Message
        let target: Transmission.Target

        var type: DHCPv4.MessageType? { try? message.options.read() }
        var address: IPv4Address { message.header.yourAddress }
    }

    /// 192.0.2.0/24 with a pool of 192.0.2.100 to 192.0.2.109, a lease time of an hour, and no probes.
    static func configuration(_ change: (inout DHCPv4.Configuration) -> Void = { _ in }) -> DHCPv4.Configuration {
        var configuration = DHCPv4.Configuration()
        var network = DHCPv4.Network(name: "lan")
        network.serverIdentifier = serverAddress
        var subnet = DHCPv4.Subnet(prefix: IPv4Prefix(containing: IPv4Address(192, 0, 2, 0), length: 24))
        subnet.pools = [DHCPv4.Pool(first: IPv4Address(192, 0, 2, 100), last: IPv4Address(192, 0, 2, 109))]
        subnet.options = [
            DHCPv4.RawOption(code: .subnetMask, value: [255, 255, 255, 0]),
            DHCPv4.RawOption(code: .routers, value: [192, 0, 2, 1]),
            DHCPv4.RawOption(code: .domainNameServers, value: [192, 0, 2, 53]),
        ]
        network.subnets = [subnet]
        configuration.networks = [network]
        change(&configuration)
        return configuration
    }

    init(_ configuration: DHCPv4.Configuration = Rig.configuration(), seed: UInt64 = 1) {
        server = DHCPv4.Server(configuration, random: ConductRandom(seed: seed))
    }

    /// Hands a message over as a frame of the client, or of whoever `change` says; what the server sends at once.
    mutating func send(
        _ message: DHCPv4.Message, target: IPv4Address = .broadcast, network: Int? = 0,
        hardwareSource: MACAddress? = nil
    ) -> [Reply] {
        let octets = [UInt8](capacity: 1500) { message.write(to: &$0, limit: 1500) }
        return send(
            octets, target: target, network: network,
            hardwareSource: hardwareSource ?? message.header.hardwareAddress.macAddress)
    }

    mutating func send(
        _ octets: [UInt8], target: IPv4Address = .broadcast, network: Int? = 0, hardwareSource: MACAddress? = nil
    ) -> [Reply] {
        outcome.removeAll()
        var arrival = Arrival(
            link: Self.link, network: network, hardwareSource: hardwareSource, source: IPv6Address(mapping: .any),
            target: IPv6Address(mapping: target), sourcePort: 68)
        arrival.localAddress = Self.serverAddress
        server.receive(octets.span.octets, from: arrival, at: now, into: &outcome)
        return replies
    }

    mutating func tick() -> [Reply] {
        outcome.removeAll()
        server.tick(at: now, into: &outcome)
        return replies
    }

    mutating func pass(_ seconds: UInt32) { now = now.advanced(bySeconds: seconds) }

    /// What the last call sent.
    var replies: [Reply] {
        outcome.transmissions.compactMap { transmission in
            let octets = Array(outcome.octets[transmission.range])
            var span = octets.span.octets
            return (try? DHCPv4.Message(reading: &span)).map { Reply(message: $0, target: transmission.target) }
        }
    }

    /// Why the last message got no answer.
    var dropReason: String? {
        for case .dropped(_, let reason) in outcome.events.map(\.kind) { return "\(reason)" }
        return nil
    }

    /// Why the last message was refused.
    var refusal: String? {
        for case .refused(let reason) in outcome.events.map(\.kind) { return "\(reason)" }
        return nil
    }

    /// Gets an address as a client does, and traps if it does not.
    mutating func acquire(_ client: Client) -> IPv4Address {
        let offers = send(client.discover())
        precondition(offers.count == 1 && offers[0].type == .offer, "an offer, not \(dropReason ?? "nothing")")
        let answers = send(client.request(selecting: offers[0].address))
        precondition(answers.count == 1 && answers[0].type == .acknowledge, "an acknowledgement")
        return answers[0].address
    }
}

/// A client that makes messages.
struct Client {
    var hardware: MACAddress
    var identifier: [UInt8] = []
    var isBroadcast = false
    var requests: [DHCPv4.OptionCode] = []
    /// Options that every message has beside.
    var extra: [DHCPv4.RawOption] = []
    var gateway = IPv4Address.any

    init(_ number: UInt64) {
        hardware = MACAddress(rawValue: 0x0200_5E00_0000 + number)
    }

    func message(_ type: DHCPv4.MessageType, transaction: UInt32 = 0x1234) -> DHCPv4.Message {
        var header = DHCPv4.Header(
            operation: .request, hardwareAddress: DHCPv4.HardwareAddress(hardware), transactionID: transaction)
        header.isBroadcast = isBroadcast
        header.gatewayAddress = gateway
        var message = DHCPv4.Message(type, header: header)
        if !identifier.isEmpty { message.options.set(DHCPv4.RawOption(code: .clientIdentifier, value: identifier)) }
        if !requests.isEmpty { message.options.set(DHCPv4.ParameterRequestList(requests)) }
        for option in extra { message.options.set(option) }
        return message
    }

    func discover() -> DHCPv4.Message { message(.discover) }

    func request(selecting address: IPv4Address, of server: IPv4Address = Rig.serverAddress) -> DHCPv4.Message {
        var message = message(.request)
        message.options.set(DHCPv4.ServerIdentifier(server))
        message.options.set(DHCPv4.RequestedAddress(address))
        return message
    }

    func request(rebooting address: IPv4Address) -> DHCPv4.Message {
        var message = message(.request)
        message.options.set(DHCPv4.RequestedAddress(address))
        return message
    }

    func request(renewing address: IPv4Address) -> DHCPv4.Message {
        var message = message(.request)
        message.header.clientAddress = address
        return message
    }

    func decline(_ address: IPv4Address) -> DHCPv4.Message {
        var message = message(.decline)
        message.options.set(DHCPv4.ServerIdentifier(Rig.serverAddress))
        message.options.set(DHCPv4.RequestedAddress(address))
        return message
    }

    func release(_ address: IPv4Address) -> DHCPv4.Message {
        var message = message(.release)
        message.header.clientAddress = address
        message.options.set(DHCPv4.ServerIdentifier(Rig.serverAddress))
        return message
    }

    func inform(_ address: IPv4Address) -> DHCPv4.Message {
        var message = message(.inform)
        message.header.clientAddress = address
        return message
    }
}
