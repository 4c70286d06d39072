import DHCP
import Testing
import Wire

@Suite("Neighbor responder")
struct NeighborResponderTests {
    /// Another host on the link, whose address is not ours to tell.
    static let neighbor = IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 7)

    static func question(
        from source: IPv6Address = RouterSite.hostAddress, to destination: IPv6Address? = nil,
        for target: IPv6Address = RouterSite.routerAddress, options: NDP.Options = .init()
    ) -> NeighborPacket {
        NeighborPacket(
            from: RouterSite.host, source, to: RouterSite.router, destination ?? target.solicitedNode,
            .neighborSolicitation(.init(target: target, options: options)))
    }

    @Test(arguments: [true, false])
    func `who asks for our address is answered, and nobody else hears of it`(isUnicast: Bool) throws {
        var site = RouterSite(RouterSite.configuration)
        let question = Self.question(to: isUnicast ? RouterSite.routerAddress : nil)
        guard case .send(let answer) = site.receive(question, at: .zero),
            case .neighborAdvertisement(let message) = answer.message
        else {
            Issue.record("it is answered")
            return
        }
        #expect(answer.destination == RouterSite.hostAddress && answer.hardwareDestination == RouterSite.host)
        #expect(answer.source == RouterSite.routerAddress && message.target == RouterSite.routerAddress)
        #expect(message.flags == [.router, .solicited, .override])
        #expect(try message.options.read(NDP.TargetLinkLayerAddress.self)?.macAddress == RouterSite.router)
        let again = try NeighborPacket(frame: answer.octets.span.octets)
        #expect(again == answer)
    }

    @Test func `who tries our address out is told by all nodes' group that it is taken`() {
        var site = RouterSite(nil)
        guard case .send(let answer) = site.receive(Self.question(from: .any), at: .zero),
            case .neighborAdvertisement(let message) = answer.message
        else {
            Issue.record("it is answered")
            return
        }
        #expect(answer.destination == .allNodes && message.flags == .override)
    }

    @Test func `a neighbor's address is not ours to tell`() {
        var site = RouterSite(RouterSite.configuration)
        #expect(site.receive(Self.question(for: Self.neighbor), at: .zero) == .drop(.notOurs))
        #expect(
            site.receive(Self.question(from: .any, for: Self.neighbor), at: .zero)
                == .tried(Self.neighbor, RouterSite.host))
    }

    @Test func `a question that breaks a rule is counted under it`() {
        var site = RouterSite(RouterSite.configuration)
        let named = NDP.Options(NDP.SourceLinkLayerAddress(RouterSite.host))
        #expect(site.receive(Self.question(from: .any, options: named), at: .zero) == .drop(.unspecifiedSource))
        #expect(
            site.receive(Self.question(from: .any, to: RouterSite.routerAddress), at: .zero)
                == .drop(.unspecifiedSource))
        #expect(site.receive(Self.question(to: .allNodes), at: .zero) == .drop(.destination))
        #expect(site.receive(Self.question(from: RouterSite.routerAddress), at: .zero) == .drop(.ownSource))
        var frame = Self.question().octets
        frame.replaceSubrange(62..<78, with: Array(repeating: 0xFF, count: 16))
        #expect(site.receive(frame, at: .zero, isChecksumPartial: true) == .drop(.malformed))
        frame = Self.question().octets
        frame[21] = 64
        #expect(site.receive(frame, at: .zero) == .drop(.hopLimit))
    }

    @Test func `who claims our address is counted, and who has another is told of`() {
        var site = RouterSite(RouterSite.configuration)
        func claim(_ target: IPv6Address, flags: NDP.NeighborAdvertisement.Flags = .override) -> NeighborPacket {
            NeighborPacket(
                from: RouterSite.host, RouterSite.hostAddress, .allNodes,
                .neighborAdvertisement(.init(target: target, flags: flags)))
        }
        #expect(site.receive(claim(RouterSite.routerAddress), at: .zero) == .drop(.foreignClaim))
        #expect(site.receive(claim(Self.neighbor), at: .zero) == .inUse(Self.neighbor, RouterSite.host))
        #expect(site.receive(claim(Self.neighbor, flags: .solicited), at: .zero) == .drop(.destination))
    }

    @Test func `a probe is a question as in duplicate address detection`() throws {
        let site = RouterSite(nil)
        let probe = site.link.responder.probe(for: Self.neighbor)
        #expect(probe.source == .any && probe.destination == Self.neighbor.solicitedNode)
        #expect(probe.hardwareDestination.rawValue == 0x3333_FF00_0007)
        #expect(probe.message.options.raw.isEmpty)
    }

    @Test func `a flood of questions is answered up to a limit, and the next second again`() {
        var site = RouterSite(RouterSite.configuration)
        var answered = 0
        for _ in 0..<5000 {
            if case .send = site.receive(Self.question(), at: .seconds(1)) { answered += 1 }
        }
        #expect(answered == NeighborLink.answersPerSecond)
        #expect(site.receive(Self.question(), at: .seconds(1)) == .drop(.rateLimit))
        if case .send = site.receive(Self.question(), at: .seconds(2)) {} else { Issue.record("it is answered") }
    }

    @Test func `a checksum that was left to a network card is right, another wrong one is not`() {
        var site = RouterSite(RouterSite.configuration)
        var frame = Self.question().octets
        let packet = Self.question()
        let sum = Checksum(
            source: packet.source, destination: packet.destination, protocol: .icmpv6, length: packet.message.size)
        frame[56] = UInt8(sum.partial >> 8)
        frame[57] = UInt8(sum.partial & 0xFF)
        if case .send = site.receive(frame, at: .zero) {} else { Issue.record("it is answered") }
        frame[57] ^= 1
        #expect(site.receive(frame, at: .zero) == .drop(.checksum))
    }

    @Test func `no octets whatever make it do more than count`() {
        var site = RouterSite(RouterSite.configuration)
        var random = SeededRandom(7)
        let samples = [
            Self.question().octets, Self.question(from: .any).octets, RouterSite.solicitation().octets,
            site.tick(at: .zero)[0].octets,
        ]
        for round in 0..<20_000 {
            let frame = mutated(samples[round % samples.count], with: &random)
            switch site.receive(frame, at: .seconds(round), isChecksumPartial: round % 2 == 0) {
            case .send(let packet): #expect(packet.hardwareSource == RouterSite.router)
            default: break
            }
            for packet in site.run(until: .seconds(round)) { #expect(packet.packet.source == RouterSite.routerAddress) }
        }
    }
}
