import DHCP
import Testing
import Wire

/// Relay agents, reservations, classes, probes, options: what a server does beside RFC 2131's states.
@Suite("DHCPv4 server, roles")
struct DHCPv4ServerRoleTests {
    static let second = IPv4Prefix(containing: IPv4Address(198, 51, 100, 0), length: 24)

    /// With a second network behind relay agents.
    static func twoNetworks(_ change: (inout DHCPv4.Configuration) -> Void = { _ in }) -> DHCPv4.Configuration {
        Rig.configuration { configuration in
            var network = DHCPv4.Network(name: "far")
            var subnet = DHCPv4.Subnet(prefix: second)
            subnet.pools = [DHCPv4.Pool(first: IPv4Address(198, 51, 100, 10), last: IPv4Address(198, 51, 100, 19))]
            network.subnets = [subnet]
            network.relays = [IPv4Address(10, 9, 9, 9)]
            configuration.networks.append(network)
            change(&configuration)
        }
    }

    @Test func `a relayed client is served from its network, through its agent, with the agent's words`() throws {
        var rig = Rig(Self.twoNetworks())
        var client = Client(1)
        client.gateway = IPv4Address(198, 51, 100, 1)
        client.extra = [DHCPv4.RawOption(code: .relayAgentInformation, value: [1, 4, 0x65, 0x74, 0x68, 0x30])]
        let offer = try #require(rig.send(client.discover(), target: Rig.serverAddress, network: nil).first)
        #expect(offer.address == IPv4Address(198, 51, 100, 10))
        #expect(offer.target == .routed(client.gateway, port: 67))
        #expect(offer.message.options.raw.last?.code == .relayAgentInformation)
        #expect(offer.message.options[.relayAgentInformation] == client.extra[0].value)
    }

    @Test func `an agent may select the link, or be listed, or be refused`() {
        var rig = Rig(Self.twoNetworks())
        var client = Client(1)
        client.gateway = IPv4Address(192, 0, 2, 77)
        client.extra = [DHCPv4.RawOption(code: .relayAgentInformation, value: [5, 4, 198, 51, 100, 0])]
        #expect(rig.send(client.discover(), network: nil).first?.address == IPv4Address(198, 51, 100, 10))
        client = Client(2)
        client.gateway = IPv4Address(10, 9, 9, 9)
        #expect(rig.send(client.discover(), network: nil).first?.address == IPv4Address(198, 51, 100, 11))
        client.gateway = IPv4Address(10, 9, 9, 8)
        #expect(rig.send(client.discover(), network: nil).isEmpty)
        #expect(rig.dropReason == "unknown-subnet")
    }

    @Test func `an agent may say what the server is called`() throws {
        var rig = Rig(Self.twoNetworks())
        var client = Client(1)
        client.gateway = IPv4Address(198, 51, 100, 1)
        client.extra = [DHCPv4.RawOption(code: .relayAgentInformation, value: [11, 4, 198, 51, 100, 1])]
        let offer = try #require(rig.send(client.discover(), network: nil).first)
        let identifier = try offer.message.options.read(DHCPv4.ServerIdentifier.self)?.address
        #expect(identifier == IPv4Address(198, 51, 100, 1))
        let answer = rig.send(client.request(selecting: offer.address, of: IPv4Address(198, 51, 100, 1)), network: nil)
        #expect(answer.first?.type == .acknowledge)
    }

    @Test func `a client behind routers renews by unicast`() {
        var rig = Rig(Self.twoNetworks())
        var client = Client(1)
        client.gateway = IPv4Address(198, 51, 100, 1)
        let offer = rig.send(client.discover(), network: nil)[0].address
        _ = rig.send(client.request(selecting: offer, of: Rig.serverAddress), network: nil)
        client.gateway = .any
        let answer = rig.send(
            client.request(renewing: offer), target: Rig.serverAddress, network: 0,
            hardwareSource: MACAddress("02:00:00:00:99:99"))
        #expect(answer.first?.type == .acknowledge)
        #expect(answer.first?.target == .routed(offer, port: 68))
    }

    private static let keeper = IPv4Address(192, 0, 2, 105)

    @Test(arguments: ["hardware", "identifier", "duid", "circuit"])
    func `what is reserved goes to its client alone`(by kind: String) throws {
        var client = Client(1)
        let match: DHCPv4.Reservation.Match
        switch kind {
        case "hardware": match = .hardwareAddress(DHCPv4.HardwareAddress(client.hardware))
        case "identifier":
            client.identifier = [0, 7, 8, 9]
            match = .clientIdentifier(client.identifier)
        case "duid":
            client.identifier = [255, 0, 0, 0, 1, 0, 3, 0, 1, 2, 3, 4, 5, 6, 7]
            match = .duid(try #require(DUID(octets: [0, 3, 0, 1, 2, 3, 4, 5, 6, 7])))
        default:
            client.extra = [DHCPv4.RawOption(code: .relayAgentInformation, value: [1, 2, 0x41, 0x42])]
            match = .circuitIdentifier([0x41, 0x42])
        }
        var rig = Rig(
            Rig.configuration { configuration in
                configuration.networks[0].trustsRelayInformation = true
                configuration.networks[0].subnets[0].reservations = [
                    DHCPv4.Reservation(match: match, address: Self.keeper)
                ]
            })
        for number in UInt64(20)..<29 { #expect(rig.acquire(Client(number)) != Self.keeper) }
        #expect(rig.send(Client(30).discover()).isEmpty)
        #expect(rig.acquire(client) == Self.keeper)
    }

    @Test func `a reservation that is made later wins at the next contact`() {
        var rig = Rig()
        let holder = Client(1)
        let owner = Client(2)
        let address = rig.acquire(holder)
        let other = rig.acquire(owner)
        rig.server.reconfigure(
            Rig.configuration { configuration in
                configuration.networks[0].subnets[0].reservations = [
                    DHCPv4.Reservation(
                        match: .hardwareAddress(DHCPv4.HardwareAddress(owner.hardware)), address: address)
                ]
            }, at: rig.now)
        // While another has it, its owner keeps what it has.
        #expect(rig.send(owner.request(renewing: other)).first?.type == .acknowledge)
        #expect(rig.send(holder.request(renewing: address)).first?.type == .refuse)
        #expect(rig.refusal == "reserved-for-another")
        #expect(rig.send(owner.request(renewing: other)).first?.type == .refuse)
        #expect(rig.refusal == "reserved-another")
        #expect(rig.acquire(owner) == address)
    }

    @Test func `classes say what is booted and which pools are open`() throws {
        var rig = Rig(
            Rig.configuration { configuration in
                var kind = DHCPv4.ClientClass(name: "uefi")
                kind.architectures = [.uefi64]
                kind.boot = DHCPv4.Boot()
                kind.boot?.server = IPv4Address(192, 0, 2, 4)
                kind.boot?.file = "boot.efi"
                configuration.classes = [kind]
                configuration.networks[0].subnets[0].pools[0].classes = 1
            })
        var client = Client(1)
        #expect(rig.send(client.discover()).isEmpty)
        client.extra = [
            DHCPv4.RawOption(code: .clientArchitecture, value: [0, 7]),
            DHCPv4.RawOption(code: .vendorClassIdentifier, value: Array("PXEClient:Arch:00007:UNDI:003016".utf8)),
        ]
        client.requests = [.bootFileName, .subnetMask]
        let offer = try #require(rig.send(client.discover()).first).message
        #expect(offer.header.nextServerAddress == IPv4Address(192, 0, 2, 4))
        #expect(offer.bootFile == Array("boot.efi".utf8))
        #expect(offer.options[.bootFileName] == Array("boot.efi".utf8))
        #expect(offer.options[.vendorClassIdentifier] == Array("PXEClient".utf8))
    }

    @Test func `the client's order counts, and what it does not ask for is not told`() throws {
        var rig = Rig()
        var client = Client(1)
        client.requests = [.domainNameServers, .routers, .domainNameServers, .captivePortal]
        let options = try #require(rig.send(client.discover()).first).message.options.raw.map(\.code)
        #expect(
            options == [
                .messageType, .serverIdentifier, .leaseTime, .renewalTime, .rebindingTime, .subnetMask,
                .domainNameServers, .routers,
            ])
    }

    @Test func `a client's identifier comes back, unless that is switched off`() throws {
        var client = Client(1)
        client.identifier = [0, 1, 2, 3]
        var rig = Rig()
        #expect(rig.send(client.discover()).first?.message.options[.clientIdentifier] == [0, 1, 2, 3])
        rig = Rig(Rig.configuration { $0.echoesClientIdentifier = false })
        #expect(rig.send(client.discover()).first?.message.options[.clientIdentifier] == nil)
    }

    @Test func `what does not fit goes into the fields, and then is left out, but the agent's words never`() throws {
        var rig = Rig(
            Rig.configuration { configuration in
                configuration.options = (200..<212).map {
                    DHCPv4.RawOption(code: DHCPv4.OptionCode(rawValue: $0), value: [UInt8](repeating: $0, count: 60))
                }
            })
        var client = Client(1)
        client.gateway = IPv4Address(192, 0, 2, 99)
        client.requests = (200..<212).map { DHCPv4.OptionCode(rawValue: $0) }
        client.extra = [DHCPv4.RawOption(code: .relayAgentInformation, value: [1, 2, 3, 4])]
        _ = rig.send(client.discover())
        let range = try #require(rig.outcome.transmissions.first).range
        #expect(range.count <= 548)
        let message = try #require(rig.replies.first).message
        #expect(message.options[.relayAgentInformation] == [1, 2, 3, 4])
        #expect(message.options.raw.count { $0.code.rawValue >= 200 && $0.code.rawValue < 212 } > 4)
    }

    @Test func `an address is asked for before it is offered for the first time`() {
        var rig = Rig(Rig.configuration { $0.networks[0].subnets[0].probeTime = 500 })
        let client = Client(1)
        #expect(rig.send(client.discover()).isEmpty)
        #expect(rig.outcome.probes.map(\.address) == [LeaseAddress(IPv4Address(192, 0, 2, 100))])
        #expect(rig.send(client.discover()).isEmpty)
        #expect(rig.dropReason == "probe-under-way")
        rig.now = rig.now.advanced(byMilliseconds: 500)
        #expect(rig.tick().first?.address == IPv4Address(192, 0, 2, 100))
        #expect(rig.send(client.discover()).count == 1)
    }

    @Test func `an address that somebody answers for rests, and the client is offered another`() {
        var rig = Rig(Rig.configuration { $0.networks[0].subnets[0].probeTime = 500 })
        let client = Client(1)
        let taken = LeaseAddress(IPv4Address(192, 0, 2, 100))
        _ = rig.send(client.discover())
        rig.outcome.removeAll()
        rig.server.probeAnswered(taken, by: Client(9).hardware, at: rig.now, into: &rig.outcome)
        #expect(rig.server.table[taken]?.state == .declined)
        #expect(rig.outcome.probes.map(\.address) == [LeaseAddress(IPv4Address(192, 0, 2, 101))])
        rig.now = rig.now.advanced(byMilliseconds: 500)
        #expect(rig.tick().first?.address == IPv4Address(192, 0, 2, 101))
    }

    @Test func `a retransmitted request writes nothing where leases may be calm`() throws {
        var rig = Rig(Rig.configuration { $0.networks[0].subnets[0].times.calm = 25 })
        let client = Client(1)
        let address = rig.acquire(client)
        rig.pass(600)
        let answer = try #require(rig.send(client.request(renewing: address)).first)
        #expect(try answer.message.options.read(DHCPv4.LeaseTime.self)?.time == .seconds(3000))
        #expect(rig.outcome.changes.isEmpty)
        rig.pass(600)
        _ = rig.send(client.request(renewing: address))
        #expect(rig.outcome.changes.count == 1)
    }
}
