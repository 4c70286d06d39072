import Wire

/// The shape of a conduct, which `Conduct.swift` describes.
extension NeighborLink {
    /// Takes a frame that begins with Ethernet's header; what came of it, for whoever probes.
    package mutating func receive(
        _ frame: RawSpan, isChecksumPartial: Bool, on link: LinkIdentifier, at now: Instant,
        using random: inout ConductRandom, into outcome: inout Outcome
    ) -> Result {
        let result = receive(frame, isChecksumPartial: isChecksumPartial, at: now.elapsed, using: &random)
        switch result {
        case .send(let packet):
            packet.send(on: link, into: &outcome)
            outcome.events.append(ConductEvent(.answered(message: "NS", with: "NA"), link: link))
        case .scheduled: outcome.events.append(ConductEvent(.taken(message: "RS"), link: link))
        case .inUse: outcome.events.append(ConductEvent(.taken(message: "NA"), link: link))
        case .tried: outcome.events.append(ConductEvent(.taken(message: "NS"), link: link))
        case .drop(let reason):
            // Only what is meant for us, or hostile, is told of: nodes ask for each other all the time.
            outcome.events.append(ConductEvent(.dropped(message: "ND", reason: reason.name), link: link))
        }
        return result
    }

    /// Advertises what is due.
    package mutating func tick(
        on link: LinkIdentifier, at now: Instant, using random: inout ConductRandom, into outcome: inout Outcome
    ) {
        for packet in advertiser?.tick(at: now.elapsed, using: &random) ?? [] {
            packet.send(on: link, into: &outcome)
            outcome.events.append(ConductEvent(.answered(message: "none", with: "RA"), link: link))
        }
    }

    /// When `tick` is wanted; nil if nothing is due.
    package var nextTick: Instant? {
        advertiser?.next.map { Instant(elapsed: $0) }
    }
}

extension Instant {
    /// The time since 1970, in which advertisers count.
    package var elapsed: Duration { .nanoseconds(nanoseconds) }

    /// So long after 1970.
    init(elapsed: Duration) {
        let (seconds, attoseconds) = elapsed.components
        let whole = Instant(seconds: seconds)
        self = whole == .never ? .never : Instant(nanoseconds: whole.nanoseconds + attoseconds / 1_000_000_000)
    }
}

extension NeighborPacket {
    /// Hands the message over for being sent.
    fileprivate func send(on link: LinkIdentifier, into outcome: inout Outcome) {
        outcome.send(
            .neighbor(hardwareDestination, destination, source: source), on: link, capacity: message.size,
            isPromise: false
        ) {
            let start = $0.count
            message.write(to: &$0, from: source, to: destination)
            // Who sends it sums it up.
            $0.replace(uint16: 0, at: start + 2)
        }
    }
}

extension NeighborDrop {
    /// The reason as counters have it.
    package var name: StaticName {
        switch self {
        case .malformed: "malformed"
        case .extensionHeader: "extension-header"
        case .fragment: "fragment"
        case .hopLimit: "hop-limit"
        case .checksum: "checksum"
        case .hardwareSource: "hardware-source"
        case .ownHardwareSource: "own-hardware-source"
        case .source: "source"
        case .ownSource: "own-source"
        case .unspecifiedSource: "unspecified-source"
        case .destination: "destination"
        case .notOurs: "not-ours"
        case .foreignRouter: "foreign-router"
        case .foreignClaim: "foreign-claim"
        case .redirect: "redirect"
        case .otherMessage: "other-message"
        case .rateLimit: "rate-limit"
        case .notAdvertising: "not-advertising"
        }
    }
}
