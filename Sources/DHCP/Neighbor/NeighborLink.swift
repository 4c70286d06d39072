package import Wire

/// What we are on a link to its nodes: a router that advertises itself, perhaps, and the owner of some addresses.
///
/// All Neighbor Discovery packets of one link and VLAN go in here, and what is to be sent comes out; nothing a guest
/// sends makes us learn anything.
package struct NeighborLink: Sendable {
    /// What came of a packet.
    package enum Result: Equatable, Sendable {
        /// This is to be sent now.
        case send(NeighborPacket)
        /// An advertisement is due at the time that `next` says.
        case scheduled
        /// An address that is not ours is in use, at a station.
        case inUse(IPv6Address, MACAddress)
        /// A node tries an address out, which is not ours (RFC 4862, 5.4).
        case tried(IPv6Address, MACAddress)
        /// Nothing, for a reason.
        case drop(NeighborDrop)
    }

    /// Answers for the addresses that we own.
    package var responder: NeighborResponder

    /// Advertises us; nil where we are no router.
    package var advertiser: RouterAdvertiser?

    /// How many solicitations of neighbors are answered in a burst, and in each second.
    package static let answersPerSecond = 1000

    /// What limits the answers to solicitations of neighbors.
    private var answers = RateLimiter(rate: answersPerSecond, burst: answersPerSecond, cells: 1)

    package init(responder: NeighborResponder, advertiser: RouterAdvertiser?) {
        self.responder = responder
        self.advertiser = advertiser
    }

    /// Changes what we are on the link, and keeps what limits the answers.
    package mutating func update(responder: NeighborResponder, advertiser: RouterAdvertiser?) {
        (self.responder, self.advertiser) = (responder, advertiser)
    }

    /// Takes a frame that begins with Ethernet's header.
    package mutating func receive(
        _ frame: RawSpan, isChecksumPartial: Bool = false, at now: Duration,
        using random: inout some RandomNumberGenerator
    ) -> Result {
        do throws(NeighborDrop) {
            let packet = try NeighborPacket(frame: frame, isChecksumPartial: isChecksumPartial)
            return try receive(packet, at: now, using: &random)
        } catch {
            return .drop(error)
        }
    }

    private mutating func receive(
        _ packet: NeighborPacket, at now: Duration, using random: inout some RandomNumberGenerator
    ) throws(NeighborDrop) -> Result {
        guard packet.hardwareSource != responder.hardwareAddress else { throw .ownHardwareSource }
        switch packet.message {
        case .routerSolicitation(let message):
            try checkSolicitation(message, in: packet)
            guard advertiser != nil else { throw .notAdvertising }
            guard advertiser?.solicit(by: packet, at: now, using: &random) == true else { throw .rateLimit }
            return .scheduled
        case .neighborSolicitation(let message): return try receive(message, in: packet, at: now)
        case .neighborAdvertisement(let message):
            guard packet.source != .any else { throw .unspecifiedSource }
            // RFC 4861, 7.1.2: an answer to a question goes to whoever asked.
            guard !message.flags.contains(.solicited) || !packet.destination.isMulticast else { throw .destination }
            guard !responder.addresses.contains(message.target) else { throw .foreignClaim }
            return .inUse(message.target, packet.hardwareSource)
        case .routerAdvertisement: throw .foreignRouter
        case .redirect: throw .redirect
        }
    }

    /// RFC 4861, 6.1.1.
    private func checkSolicitation(
        _ message: NDP.RouterSolicitation, in packet: NeighborPacket
    ) throws(NeighborDrop) {
        guard packet.destination == .allRouters || responder.addresses.contains(packet.destination) else {
            throw .destination
        }
        guard !responder.addresses.contains(packet.source) else { throw .ownSource }
        if packet.source.isUnspecified, message.options[.sourceLinkLayerAddress] != nil { throw .unspecifiedSource }
    }

    private mutating func receive(
        _ message: NDP.NeighborSolicitation, in packet: NeighborPacket, at now: Duration
    ) throws(NeighborDrop) -> Result {
        do throws(NeighborDrop) {
            let answer = try responder.answer(message, in: packet)
            guard answers.allow(hash: 0, at: Instant(elapsed: now)) else { throw .rateLimit }
            return .send(answer)
        } catch {
            guard error == .notOurs, packet.source.isUnspecified else { throw error }
            return .tried(message.target, packet.hardwareSource)
        }
    }
}
