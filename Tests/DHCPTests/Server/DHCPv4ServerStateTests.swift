import DHCP
import Testing
import Wire

/// RFC 2131's states, message by message.
@Suite("DHCPv4 server")
struct DHCPv4ServerStateTests {
    let client = Client(1)
    let other = Client(2)

    @Test func `a DISCOVER is offered an address, and nothing is written`() throws {
        var rig = Rig()
        let replies = rig.send(client.discover())
        #expect(replies.count == 1)
        let offer = try #require(replies.first)
        #expect(offer.type == .offer)
        #expect(offer.address == IPv4Address(192, 0, 2, 100))
        #expect(offer.target == .client(client.hardware, offer.address, source: Rig.serverAddress))
        #expect(try offer.message.options.read(DHCPv4.ServerIdentifier.self)?.address == Rig.serverAddress)
        #expect(try offer.message.options.read(DHCPv4.LeaseTime.self)?.time == .seconds(3600))
        #expect(try offer.message.options.read(DHCPv4.RenewalTime.self)?.time == .seconds(1800))
        #expect(try offer.message.options.read(DHCPv4.RebindingTime.self)?.time == .seconds(3150))
        #expect(offer.message.header.transactionID == 0x1234)
        #expect(rig.outcome.changes.isEmpty)
    }

    @Test func `a client that takes the offer gets a lease that is to be committed`() throws {
        var rig = Rig()
        let address = rig.acquire(client)
        #expect(rig.outcome.changes.count == 1)
        guard case .put(let lease)? = rig.outcome.changes.first else {
            Issue.record("a lease is put")
            return
        }
        #expect(lease.address == LeaseAddress(address))
        #expect(lease.state == .bound)
        #expect(lease.client == ClientIdentity(DHCPv4.HardwareAddress(client.hardware)))
        #expect(lease.expiry == rig.now.advanced(bySeconds: 3600))
    }

    @Test func `each client gets an address of its own until there are none`() {
        var rig = Rig()
        let addresses = (1...10).map { rig.acquire(Client($0)) }
        #expect(Set(addresses).count == 10)
        #expect(rig.send(Client(11).discover()).isEmpty)
        #expect(rig.dropReason == "no-free-address")
    }

    @Test func `the same client is offered the same address, before and after it has it`() {
        var rig = Rig()
        let first = rig.send(client.discover())[0].address
        #expect(rig.send(client.discover())[0].address == first)
        _ = rig.send(client.request(selecting: first))
        #expect(rig.send(client.discover())[0].address == first)
        #expect(rig.server.table.count == 1)
    }

    @Test func `a client gets the address that it asks for, if it is free`() {
        var rig = Rig()
        var wish = client
        wish.extra = [DHCPv4.RawOption(DHCPv4.RequestedAddress(IPv4Address(192, 0, 2, 107)))]
        #expect(rig.send(wish.discover())[0].address == IPv4Address(192, 0, 2, 107))
        var rival = other
        rival.extra = wish.extra
        #expect(rig.send(rival.discover())[0].address != IPv4Address(192, 0, 2, 107))
    }

    @Test func `an address outside of the pools is not given, whoever asks`() {
        var rig = Rig()
        var wish = client
        wish.extra = [DHCPv4.RawOption(DHCPv4.RequestedAddress(Rig.serverAddress))]
        #expect(rig.send(wish.discover())[0].address != Rig.serverAddress)
        let replies = rig.send(client.request(selecting: IPv4Address(192, 0, 2, 50)))
        #expect(replies.first?.type == .refuse)
        #expect(rig.refusal == "not-permitted")
    }

    @Test func `a client that takes another server's offer gets no answer, and its offer is free`() {
        var rig = Rig()
        let address = rig.send(client.discover())[0].address
        #expect(rig.send(client.request(selecting: address, of: IPv4Address(192, 0, 2, 9))).isEmpty)
        #expect(rig.dropReason == "other-server")
        #expect(rig.server.table.count == 0)
        #expect(rig.server.poolFill[0].free == 10)
    }

    @Test func `an offer that nobody takes lapses`() {
        var rig = Rig()
        _ = rig.send(client.discover())
        rig.pass(31)
        _ = rig.tick()
        #expect(rig.server.table.count == 0)
        #expect(rig.server.poolFill[0].free == 10)
        #expect(rig.outcome.changes.isEmpty)
    }

    @Test func `a client that reboots is confirmed, if it has the address`() {
        var rig = Rig()
        let address = rig.acquire(client)
        let replies = rig.send(client.request(rebooting: address))
        #expect(replies.first?.type == .acknowledge)
        #expect(replies.first?.address == address)
        #expect(rig.send(client.request(rebooting: IPv4Address(192, 0, 2, 105))).first?.type == .refuse)
        #expect(rig.send(other.request(rebooting: address)).first?.type == .refuse)
        #expect(rig.refusal == "in-use")
    }

    @Test func `a client that reboots on another network is refused`() {
        var rig = Rig()
        let replies = rig.send(client.request(rebooting: IPv4Address(198, 51, 100, 7)))
        #expect(replies.first?.type == .refuse)
        #expect(replies.first?.target == .client(.broadcast, .broadcast, source: Rig.serverAddress))
        #expect(rig.refusal == "wrong-network")
    }

    @Test func `a server without authority says nothing of what it does not know`() {
        var rig = Rig(Rig.configuration { $0.isAuthoritative = false })
        #expect(rig.send(client.request(rebooting: IPv4Address(192, 0, 2, 101))).isEmpty)
        #expect(rig.dropReason == "unknown-lease")
        #expect(rig.send(client.request(rebooting: IPv4Address(198, 51, 100, 7))).isEmpty)
        #expect(rig.send(client.request(renewing: IPv4Address(192, 0, 2, 101))).isEmpty)
    }

    @Test func `a client that renews gets the whole time again, by unicast`() throws {
        var rig = Rig()
        let address = rig.acquire(client)
        rig.pass(1800)
        let replies = rig.send(client.request(renewing: address), target: Rig.serverAddress)
        let answer = try #require(replies.first)
        #expect(answer.type == .acknowledge)
        #expect(answer.target == .client(client.hardware, address, source: Rig.serverAddress))
        #expect(answer.message.header.clientAddress == address)
        #expect(try answer.message.options.read(DHCPv4.LeaseTime.self)?.time == .seconds(3600))
        #expect(rig.outcome.changes.count == 1)
    }

    @Test func `a client that renews too late gets its address again, unless another has it`() {
        var rig = Rig()
        let address = rig.acquire(client)
        rig.pass(4000)
        _ = rig.tick()
        #expect(rig.send(client.request(renewing: address)).first?.type == .acknowledge)
        rig.pass(4000)
        _ = rig.tick()
        var thief = other
        thief.extra = [DHCPv4.RawOption(DHCPv4.RequestedAddress(address))]
        #expect(rig.acquire(thief) == address)
        #expect(rig.send(client.request(renewing: address)).first?.type == .refuse)
    }

    @Test func `an expired address is lent to others last, and to its client first`() {
        var rig = Rig()
        let address = rig.acquire(client)
        rig.pass(4000)
        _ = rig.tick()
        #expect(rig.server.poolFill[0].free == 10)
        for number in UInt64(10)..<19 { #expect(rig.acquire(Client(number)) != address) }
        #expect(rig.acquire(client) == address)
    }

    @Test func `a release frees the address at once`() {
        var rig = Rig()
        let address = rig.acquire(client)
        #expect(rig.send(other.release(address)).isEmpty)
        #expect(rig.dropReason == "not-his-lease")
        #expect(rig.send(client.release(address)).isEmpty)
        #expect(rig.dropReason == nil)
        guard case .put(let lease)? = rig.outcome.changes.first else {
            Issue.record("a lease is put")
            return
        }
        #expect(lease.state == .released)
        #expect(rig.server.poolFill[0].free == 10)
        #expect(rig.acquire(client) == address)
    }

    @Test func `a declined address rests, and then is free again`() {
        var rig = Rig()
        let address = rig.acquire(client)
        _ = rig.send(other.decline(address))
        #expect(rig.dropReason == "not-his-lease")
        _ = rig.send(client.decline(address))
        #expect(rig.outcome.changes.count == 1)
        #expect(rig.send(client.discover())[0].address != address)
        #expect(rig.server.poolFill[0].quarantined == 1)
        rig.pass(3601)
        _ = rig.tick()
        #expect(rig.outcome.changes == [.remove(LeaseAddress(address))])
        #expect(rig.server.poolFill[0].quarantined == 0)
        var wish = other
        wish.extra = [DHCPv4.RawOption(DHCPv4.RequestedAddress(address))]
        #expect(rig.send(wish.discover())[0].address == address)
    }

    @Test func `a client that declines again and again burns no pool`() {
        var rig = Rig()
        for _ in 0..<3 {
            rig.pass(1)
            let address = rig.acquire(client)
            _ = rig.send(client.decline(address))
        }
        rig.pass(1)
        #expect(rig.send(client.discover()).isEmpty)
        #expect(rig.dropReason == "declined-too-often")
        // A quarter of ten may rest: two of the three do.
        #expect(rig.server.poolFill[0].quarantined == 2)
        rig.pass(600)
        #expect(!rig.send(client.discover()).isEmpty)
    }

    @Test func `an INFORM is answered without a lease`() throws {
        var rig = Rig()
        let replies = rig.send(client.inform(IPv4Address(192, 0, 2, 77)))
        let answer = try #require(replies.first)
        #expect(answer.type == .acknowledge)
        #expect(answer.address.isUnspecified)
        #expect(answer.message.options[.leaseTime] == nil)
        #expect(answer.message.options[.renewalTime] == nil)
        #expect(answer.message.options[.routers] == [192, 0, 2, 1])
        #expect(answer.target == .client(client.hardware, IPv4Address(192, 0, 2, 77), source: Rig.serverAddress))
        #expect(rig.outcome.changes.isEmpty)
    }

    @Test func `who asks for broadcasts gets them`() {
        var rig = Rig()
        var deaf = client
        deaf.isBroadcast = true
        #expect(
            rig.send(deaf.discover())[0].target == .client(.broadcast, .broadcast, source: Rig.serverAddress))
    }

    @Test func `a rapid commit is one exchange of two messages, where it is allowed`() throws {
        var hasty = client
        hasty.extra = [DHCPv4.RawOption(code: .rapidCommit, value: [])]
        var rig = Rig()
        #expect(rig.send(hasty.discover()).first?.type == .offer)
        rig = Rig(Rig.configuration { $0.networks[0].subnets[0].allowsRapidCommit = true })
        let answer = try #require(rig.send(hasty.discover()).first)
        #expect(answer.type == .acknowledge)
        #expect(answer.message.options[.rapidCommit] == [])
        #expect(rig.outcome.changes.count == 1)
        #expect(rig.send(client.discover()).first?.type == .offer)
    }

    @Test func `a client that takes another address gives up the one that it had`() {
        var rig = Rig()
        let first = rig.acquire(client)
        let second = IPv4Address(192, 0, 2, 108)
        #expect(rig.send(client.request(selecting: second)).first?.type == .acknowledge)
        #expect(rig.outcome.changes.count == 2)
        #expect(rig.server.poolFill[0].free == 9)
        #expect(rig.server.table[LeaseAddress(first)]?.state == .released)
    }

    @Test func `a flood of DISCOVERs takes nobody's lease, and the oldest offers make room`() {
        var rig = Rig()
        let address = rig.acquire(client)
        for number in UInt64(100)..<1100 { #expect(rig.send(Client(number).discover()).count == 1) }
        #expect(rig.server.table.count == 10)
        #expect(rig.send(client.request(renewing: address)).first?.type == .acknowledge)
    }

    @Test func `leases that a store gave back count as if they had been made here`() {
        var rig = Rig()
        let address = rig.acquire(client)
        guard case .put(let lease)? = rig.outcome.changes.first else { return }
        var second = Rig()
        second.server.restore(lease, at: second.now)
        #expect(second.server.poolFill[0].free == 9)
        #expect(second.send(other.discover())[0].address != address)
        #expect(second.send(client.request(renewing: address)).first?.type == .acknowledge)
    }
}
