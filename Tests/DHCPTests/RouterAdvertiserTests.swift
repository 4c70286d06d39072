import DHCP
import Testing
import Wire

/// A link with a router on it, and a host that speaks to it.
struct RouterSite {
    static let router = MACAddress(2, 0, 0, 0, 0, 1)
    static let host = MACAddress(2, 0, 0, 0, 0, 9)
    static let routerAddress = IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 1)
    static let hostAddress = IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 9)
    static let prefix = IPv6Prefix(containing: IPv6Address(0x2001, 0xDB8, 0, 1, 0, 0, 0, 0), length: 64)

    var link: NeighborLink
    var random = SeededRandom(1)

    init(_ configuration: RouterConfiguration?, remembered: [(item: AdvertisedItem, remaining: Duration)] = []) {
        link = NeighborLink(
            responder: NeighborResponder(
                hardwareAddress: Self.router, addresses: [Self.routerAddress], isRouter: configuration != nil),
            advertiser: configuration.map {
                RouterAdvertiser($0, from: Self.routerAddress, Self.router, remembered: remembered, at: .zero)
            })
    }

    static var configuration: RouterConfiguration {
        var configuration = RouterConfiguration()
        configuration.prefixes = [.init(prefix)]
        return configuration
    }

    static func solicitation(
        from source: IPv6Address = hostAddress, _ station: MACAddress = host, to destination: IPv6Address = .allRouters
    ) -> NeighborPacket {
        NeighborPacket(from: station, source, destination, .routerSolicitation(.init()))
    }

    mutating func receive(_ packet: NeighborPacket, at now: Duration) -> NeighborLink.Result {
        receive(packet.octets, at: now)
    }

    mutating func receive(_ frame: [UInt8], at now: Duration, isChecksumPartial: Bool = false) -> NeighborLink.Result {
        link.receive(frame.span.octets, isChecksumPartial: isChecksumPartial, at: now, using: &random)
    }

    mutating func tick(at now: Duration) -> [NeighborPacket] {
        link.advertiser?.tick(at: now, using: &random) ?? []
    }

    /// What is sent up to a time, with when.
    mutating func run(until end: Duration) -> [(time: Duration, packet: NeighborPacket)] {
        var sent: [(Duration, NeighborPacket)] = []
        while let next = link.advertiser?.next, next <= end {
            sent += tick(at: next).map { (next, $0) }
        }
        return sent
    }
}

extension NeighborPacket {
    var advertisement: NDP.RouterAdvertisement? {
        if case .routerAdvertisement(let message) = message { message } else { nil }
    }
}

@Suite("Router advertiser")
struct RouterAdvertiserTests {
    @Test func `the first three come quickly, the others between the two intervals`() throws {
        var site = RouterSite(RouterSite.configuration)
        let sent = site.run(until: .seconds(86_400))
        #expect(
            sent.allSatisfy {
                $0.packet.destination == .allNodes && $0.packet.hardwareDestination.rawValue == 0x3333_0000_0001
            })
        let gaps = zip(sent, sent.dropFirst()).map { $1.time - $0.time }
        #expect(sent[0].time == .zero && gaps[0] <= .seconds(16) && gaps[1] <= .seconds(16))
        #expect(gaps.dropFirst(2).allSatisfy { $0 >= .seconds(200) && $0 <= .seconds(600) })
        #expect(Set(gaps).count > 100, "no two gaps are meant to be the same")
    }

    @Test func `a host that asks with an address is answered alone, within half a second`() throws {
        var site = RouterSite(RouterSite.configuration)
        _ = site.run(until: .seconds(40))
        #expect(site.receive(RouterSite.solicitation(), at: .seconds(40)) == .scheduled)
        let sent = site.run(until: .milliseconds(40_500))
        #expect(sent.count == 1 && sent[0].time > .seconds(40))
        #expect(sent[0].packet.destination == RouterSite.hostAddress)
        #expect(sent[0].packet.hardwareDestination == RouterSite.host)
    }

    @Test func `a host without an address is answered with all others, three seconds after the last time`() throws {
        var site = RouterSite(RouterSite.configuration)
        _ = site.run(until: .seconds(40))
        let question = RouterSite.solicitation(from: .any)
        #expect(site.receive(question, at: .seconds(40)) == .scheduled)
        #expect(site.run(until: .milliseconds(40_500)).map(\.packet.destination) == [.allNodes])
        let first = try #require(site.link.advertiser?.next)
        // A flood of them makes one advertisement every three seconds, and no more.
        var sent: [Duration] = []
        for step in 1...3000 {
            let now = Duration.milliseconds(40_500 + 10 * step)
            _ = site.receive(question, at: now)
            sent += site.run(until: now).map(\.time)
        }
        #expect(first > .seconds(43) && (8...10).contains(sent.count))
        #expect(zip(sent, sent.dropFirst()).allSatisfy { $1 - $0 >= .seconds(3) })
    }

    @Test func `a flood from many stations stays within bounds, and one that asks again is not answered again`() {
        var site = RouterSite(RouterSite.configuration)
        _ = site.run(until: .seconds(40))
        var sent = 0
        for step in 0..<50_000 {
            let now = Duration.seconds(40) + .microseconds(100 * step)
            let station = MACAddress(rawValue: 0x0200_0000_0000 | UInt64(step % 20_000 + 100))
            _ = site.receive(RouterSite.solicitation(station), at: now)
            sent += site.run(until: now).count
        }
        _ = site.run(until: .seconds(50))
        // Five seconds: each half second answers as many alone as may wait, up to those that are remembered.
        #expect(sent <= RouterAdvertiser.recentLimit * 2 + 10)
        #expect(site.receive(RouterSite.solicitation(), at: .seconds(60)) == .scheduled)
        #expect(site.receive(RouterSite.solicitation(), at: .seconds(60)) == .drop(.rateLimit))
        #expect(site.run(until: .seconds(61)).contains { $0.packet.hardwareDestination == RouterSite.host })
        #expect(site.receive(RouterSite.solicitation(), at: .seconds(62)) == .drop(.rateLimit))
        #expect(site.receive(RouterSite.solicitation(), at: .seconds(64)) == .scheduled)
    }

    @Test func `a solicitation that breaks a rule is counted under it`() throws {
        var site = RouterSite(RouterSite.configuration)
        func drop(_ frame: [UInt8], isChecksumPartial: Bool = false) -> NeighborLink.Result {
            site.receive(frame, at: .zero, isChecksumPartial: isChecksumPartial)
        }
        let good = RouterSite.solicitation().octets
        for length in 0..<good.count { #expect(drop(Array(good[..<length])) == .drop(.malformed)) }
        var frame = good
        frame[21] = 254
        #expect(drop(frame) == .drop(.hopLimit))
        frame = good
        frame[60] ^= 1
        #expect(drop(frame) == .drop(.checksum) && drop(frame, isChecksumPartial: true) == .scheduled)
        frame = good
        frame[6] = 0x33
        #expect(drop(frame) == .drop(.hardwareSource))
        frame = RouterSite.solicitation(RouterSite.router).octets
        #expect(drop(frame) == .drop(.ownHardwareSource))
        #expect(drop(RouterSite.solicitation(from: RouterSite.routerAddress).octets) == .drop(.ownSource))
        #expect(drop(RouterSite.solicitation(from: .allNodes).octets) == .drop(.source))
        #expect(drop(RouterSite.solicitation(to: .allNodes).octets) == .drop(.destination))
        var named = RouterSite.solicitation(from: .any)
        named.message = .routerSolicitation(.init(options: .init(NDP.SourceLinkLayerAddress(RouterSite.host))))
        #expect(drop(named.octets) == .drop(.unspecifiedSource))
        // An option of length zero.
        frame = Array(named.octets.dropLast(8)) + [1, 0, 0, 0, 0, 0, 0, 0]
        #expect(drop(frame, isChecksumPartial: true) == .drop(.malformed))
        // A code.
        frame = good
        frame[55] = 1
        #expect(drop(frame, isChecksumPartial: true) == .drop(.malformed))
        frame = good
        frame[54] = 128
        #expect(drop(frame) == .drop(.otherMessage))
    }

    @Test func `extension headers and fragments before a message are refused`() {
        var site = RouterSite(RouterSite.configuration)
        let good = RouterSite.solicitation().octets
        /// The frame with headers between IPv6's and the message.
        func between(_ first: UInt8, _ headers: [UInt8]) -> [UInt8] {
            var frame = Array(good[..<54]) + headers + good[54...]
            frame[19] += UInt8(headers.count)
            frame[20] = first
            return frame
        }
        #expect(site.receive(between(44, [58, 0, 0, 0, 0, 0, 0, 1]), at: .zero) == .drop(.fragment))
        #expect(site.receive(between(0, [58, 0, 5, 2, 0, 0, 1, 0]), at: .zero) == .drop(.extensionHeader))
        let hidden: [UInt8] = [44, 0, 1, 4, 0, 0, 0, 0] + [58, 0, 0, 0, 0, 0, 0, 1]
        #expect(site.receive(between(60, hidden), at: .zero) == .drop(.fragment))
    }

    @Test func `another router, a redirect and a link without a router are counted`() {
        var site = RouterSite(nil)
        #expect(site.receive(RouterSite.solicitation(), at: .zero) == .drop(.notAdvertising))
        let router = NeighborPacket(
            from: RouterSite.host, RouterSite.hostAddress, .allNodes, .routerAdvertisement(.init(routerLifetime: 1800)))
        #expect(site.receive(router, at: .zero) == .drop(.foreignRouter))
        let redirect = NeighborPacket(
            from: RouterSite.host, RouterSite.hostAddress, .allNodes,
            .redirect(.init(target: RouterSite.hostAddress, destination: RouterSite.routerAddress)))
        #expect(site.receive(redirect, at: .zero) == .drop(.redirect))
    }

    @Test func `a stopped router says farewell once, three seconds after the last advertisement`() throws {
        var site = RouterSite(RouterSite.configuration)
        _ = site.run(until: .zero)
        site.link.advertiser?.stop(at: .seconds(1))
        let sent = site.run(until: .seconds(3600))
        #expect(sent.map(\.time) == [.seconds(3)])
        let farewell = try #require(sent.first?.packet.advertisement)
        #expect(farewell.routerLifetime == 0 && farewell.preference == .medium)
        #expect(site.link.advertiser?.isFinished == true && site.link.advertiser?.next == nil)
        #expect(site.receive(RouterSite.solicitation(), at: .seconds(9)) == .drop(.rateLimit))
    }
}
