import DHCP
import Testing
import Wire

@Suite("DHCPv4: answers that find no room, and orders to renew")
struct DHCPv4AnswerRoomTests {
    /// A relayed client whose identifier and relay agent's words, which must come back, are more than its message takes.
    private func verbose() -> Client {
        var client = Client(1)
        client.identifier = [1] + [UInt8](repeating: 7, count: 250)
        client.gateway = IPv4Address(192, 0, 2, 9)
        client.extra = [
            DHCPv4.RawOption(code: .relayAgentInformation, value: [1, 248] + [UInt8](repeating: 9, count: 248)),
            DHCPv4.RawOption(code: .maximumMessageSize, value: [2, 64]),
        ]
        return client
    }

    @Test func `a request that cannot be answered is refused, and leaves no lease`() throws {
        var rig = Rig()
        let client = verbose()
        let offers = rig.send(client.discover())
        #expect(offers.isEmpty)
        #expect(rig.dropReason == "answer-too-large")
        let replies = rig.send(client.request(selecting: IPv4Address(192, 0, 2, 100)))
        #expect(replies.map(\.type) == [.refuse])
        #expect(rig.refusal == "answer-too-large")
        let lease = try #require(rig.server.table[LeaseAddress(IPv4Address(192, 0, 2, 100))])
        #expect(!lease.isHeld(at: rig.now))
        // The same client with less to be told has it.
        var modest = client
        modest.extra = []
        let answers = rig.send(modest.request(selecting: IPv4Address(192, 0, 2, 100)))
        #expect(answers.map(\.type) == [.acknowledge])
    }

    @Test func `a name that cannot be read does not come back`() throws {
        var rig = Rig()
        for octets: [UInt8] in [[4, 0, 0, 5], [4, 0, 0, 64] + [UInt8](repeating: 97, count: 64), [0, 0, 0, 46]] {
            var client = Client(UInt64(octets.count))
            client.extra = [DHCPv4.RawOption(code: .clientFQDN, value: octets)]
            let replies = rig.send(client.discover())
            let reply = try #require(replies.first)
            #expect(reply.message.options[.clientFQDN] == nil)
        }
        var client = Client(9)
        client.extra = [DHCPv4.RawOption(code: .clientFQDN, value: [4, 0, 0, 1, 97, 0])]
        let replies = rig.send(client.discover())
        #expect(replies.first?.message.options[.clientFQDN] == [12, 255, 255, 1, 97, 0])
    }

    private static let capable = DHCPv4.RawOption(code: .forcerenewNonceCapable, value: [1])

    @Test func `a client that can check it gets a nonce, and is told until it comes`() throws {
        var rig = Rig(Rig.configuration { $0.networks[0].allowsForceRenew = true })
        var client = Client(1)
        client.extra = [Self.capable]
        let offers = rig.send(client.discover())
        let offer = try #require(offers.first)
        #expect(offer.message.options[.forcerenewNonceCapable] == [1])
        let answers = rig.send(client.request(selecting: offer.address))
        let ack = try #require(answers.first)
        let proof = try #require(ack.message.options[.authentication])
        #expect(proof.count == 28 && Array(proof[..<3]) == [3, 1, 0] && proof[11] == 1)
        // What the store keeps is enough, after a restart, too.
        let lease = try #require(rig.server.table[LeaseAddress(offer.address)])
        rig.server = DHCPv4.Server(
            Rig.configuration { $0.networks[0].allowsForceRenew = true }, random: ConductRandom(seed: 2))
        rig.server.restore(lease, at: rig.now)
        _ = rig.tick()
        let isTold = rig.server.tellToRenew(offer.address, on: Rig.link, at: rig.now)
        #expect(isTold)
        let orders = rig.tick()
        let order = try #require(orders.first)
        #expect(order.type == .forceRenew && order.message.options[.authentication]?.count == 28)
        #expect(order.target == .client(client.hardware, offer.address, source: Rig.serverAddress))
        let early = rig.tick()
        #expect(early.isEmpty)
        rig.pass(3)
        let second = rig.tick()
        #expect(second.map(\.type) == [.forceRenew])
        let renewed = rig.send(client.request(renewing: offer.address))
        #expect(renewed.map(\.type) == [.acknowledge])
        rig.pass(60)
        let late = rig.tick()
        #expect(late.isEmpty)
    }

    @Test(arguments: [true, false])
    func `others are not told`(isAllowed: Bool) throws {
        var rig = Rig(Rig.configuration { $0.networks[0].allowsForceRenew = isAllowed })
        var client = Client(1)
        if !isAllowed { client.extra = [Self.capable] }
        let address = rig.acquire(client)
        #expect(rig.server.table[LeaseAddress(address)]?.attachment == [])
        for address in [address, IPv4Address(192, 0, 2, 109)] {
            let isTold = rig.server.tellToRenew(address, on: Rig.link, at: rig.now)
            #expect(!isTold)
        }
    }

    @Test func `a relay agent's words and the nonce are kept beside each other`() throws {
        var rig = Rig(Rig.configuration { $0.networks[0].allowsForceRenew = true })
        var client = Client(1)
        client.gateway = IPv4Address(192, 0, 2, 9)
        // An agent that says something under the code of our own is not believed.
        client.extra = [
            Self.capable, DHCPv4.RawOption(code: .relayAgentInformation, value: [1, 2, 65, 66, 255, 1, 0]),
        ]
        let address = rig.acquire(client)
        let attachment = try #require(rig.server.table[LeaseAddress(address)]?.attachment)
        #expect(Array(attachment[..<6]) == [1, 2, 65, 66, 255, 16] && attachment.count == 22)
        let isTold = rig.server.tellToRenew(address, on: Rig.link, at: rig.now)
        #expect(isTold)
        let orders = rig.tick()
        #expect(orders.map(\.target) == [.routed(address, port: 68)])
    }
}
