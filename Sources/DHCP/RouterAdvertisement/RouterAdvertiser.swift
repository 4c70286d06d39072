package import Wire

/// Advertises a router on a link: when asked, from time to time, and a last time (RFC 4861, 6.2).
///
/// `next` says when `tick` is to be called; what `tick` returns is to be sent. An advertisement to all nodes comes at
/// most every three seconds, whatever is asked.
package struct RouterAdvertiser: Sendable {
    /// The times of RFC 4861, 10.
    enum Constant {
        static let initialInterval = Duration.seconds(16)
        static let initialCount = 3
        static let minimumDelay = Duration.seconds(3)
        static let solicitedDelay = Duration.milliseconds(500)
    }

    /// The most hosts that are to be answered alone at one time; if there are more, all are answered together.
    package static let pendingLimit = 64

    /// The most hosts that are remembered for having been answered within the last three seconds.
    package static let recentLimit = 1024

    /// What is advertised.
    package private(set) var configuration: RouterConfiguration

    /// The station, and the link-local address, that advertise.
    package let hardwareAddress: MACAddress
    package let address: IPv6Address

    /// When the next advertisement to all nodes is due; nil when the last was sent.
    private var due: Duration?

    /// When all nodes were last told.
    private var lastMulticast: Duration?

    /// How many of the first, quick ones are left.
    private var initial = Constant.initialCount

    /// How many farewells are left; nil while the router goes on.
    private var farewells: Int?

    /// The hosts to be answered alone, with when.
    private var pending: [Host: Duration] = [:]

    /// When hosts were last answered alone.
    private var recent: [Host: Duration] = [:]

    /// When `recent` was last rid of old ones.
    private var swept: Duration = .zero

    /// What hosts may remember, until when: in `now`'s terms, and `.max` for ever.
    private var remembered: [AdvertisedItem: Duration] = [:]

    /// A host is told by the station that asks: the address in the packet may be anybody's.
    private struct Host: Hashable {
        let hardwareAddress: MACAddress
        let address: IPv6Address
    }

    /// Makes an advertiser whose first advertisement is due at once; traps for a configuration with a problem.
    ///
    /// `remembered` is what was advertised before a restart, with what was left of its time: what of it is not in the
    /// configuration any more is taken back.
    package init(
        _ configuration: RouterConfiguration, from address: IPv6Address, _ hardwareAddress: MACAddress,
        remembered: [(item: AdvertisedItem, remaining: Duration)] = [], at now: Duration
    ) {
        precondition(configuration.problem == nil, "a configuration is checked before it is used")
        precondition(address.isLinkLocal, "a router advertises itself by its link-local address (RFC 4861, 4.2)")
        self.configuration = configuration
        self.address = address
        self.hardwareAddress = hardwareAddress
        due = now
        for (item, remaining) in remembered.prefix(Self.withdrawalLimit) where remaining > .zero {
            self.remembered[item] = now + min(remaining, Self.forever)
        }
        withdraw(at: now)
    }

    /// The longest that what is not advertised any more is taken back for: as long as hosts keep a prefix that an
    /// advertisement cuts short (RFC 4862, 5.5.3).
    static let withdrawalTime = Duration.seconds(7200)

    /// The most that is remembered from before.
    package static let withdrawalLimit = 256

    /// A time that no router runs for.
    static let forever = Duration.seconds(100 * 365 * 86_400)

    /// When `tick` is to be called; nil when there is nothing more to be sent.
    package var next: Duration? {
        let alone = pending.values.min()
        guard let due else { return alone }
        return alone.map { min($0, due) } ?? due
    }

    /// Whether all farewells are sent.
    package var isFinished: Bool { farewells == 0 }

    /// What hosts may remember, with what is left of its time, to be kept over a restart.
    package func memory(at now: Duration) -> [(item: AdvertisedItem, remaining: Duration)] {
        remembered.compactMap { $1 > now ? ($0, $1 - now) : nil }
    }
}

extension RouterAdvertiser {
    /// Takes a valid solicitation; false if so many came that this one is not answered by itself.
    package mutating func solicit(
        by packet: NeighborPacket, at now: Duration, using random: inout some RandomNumberGenerator
    ) -> Bool {
        guard farewells == nil else { return false }
        let delay = Constant.solicitedDelay * Double.random(in: 0...1, using: &random)
        if configuration.answersByUnicast, packet.source.isLinkLocal {
            let host = Host(hardwareAddress: packet.hardwareSource, address: packet.source)
            if pending[host] != nil { return false }
            if let last = recent[host], now >= last, now - last < Constant.minimumDelay { return false }
            if recent.count >= Self.recentLimit, now < swept || now - swept >= .seconds(1) {
                // Once a second, so that a flood does not make it the work of each solicitation.
                recent = recent.filter { now >= $0.value && now - $0.value < Constant.minimumDelay }
                swept = now
            }
            if pending.count < Self.pendingLimit, recent.count < Self.recentLimit {
                pending[host] = now + delay
                return true
            }
        }
        // RFC 4861, 6.2.6: soon, but not within three seconds of the last; one that comes sooner is answer enough.
        let soonest = lastMulticast.map { max(now, $0 + Constant.minimumDelay) } ?? now
        due = due.map { min($0, soonest + delay) } ?? soonest + delay
        return true
    }

    /// Advertises something else from now on: soon, and a few times quickly, as from the start (RFC 4861, 6.2.4).
    package mutating func reconfigure(_ new: RouterConfiguration, at now: Duration) {
        precondition(new.problem == nil, "a configuration is checked before it is used")
        guard farewells == nil, new != configuration else { return }
        configuration = new
        withdraw(at: now)
        initial = Constant.initialCount
        due = lastMulticast.map { max(now, $0 + Constant.minimumDelay) } ?? now
    }

    /// Stops being a router: farewells follow, the first one as soon as three seconds after the last advertisement.
    package mutating func stop(at now: Duration) {
        guard farewells == nil else { return }
        pending = [:]
        farewells = configuration.farewells
        due = farewells == 0 ? nil : lastMulticast.map { max(now, $0 + Constant.minimumDelay) } ?? now
    }

    /// What is to be sent at the time that `next` said, or later.
    package mutating func tick(
        at now: Duration, using random: inout some RandomNumberGenerator
    ) -> [NeighborPacket] {
        var packets: [NeighborPacket] = []
        for (host, time) in pending.sorted(by: { $0.value < $1.value }) where time <= now {
            pending[host] = nil
            recent[host] = now
            packets += advertisements(to: host.address, host.hardwareAddress, at: now)
        }
        guard let due, due <= now else { return packets }
        packets += advertisements(to: .allNodes, nil, at: now)
        lastMulticast = now
        if let left = farewells {
            farewells = left - 1
            self.due = left > 1 ? now + Constant.minimumDelay : nil
            return packets
        }
        self.due = now + interval(using: &random)
        return packets
    }

    /// The time to the next advertisement that nobody asks for: anew each time, so that routers do not fall into step.
    private mutating func interval(using random: inout some RandomNumberGenerator) -> Duration {
        let span = configuration.maximumInterval - configuration.minimumInterval
        let interval = configuration.minimumInterval + span * Double.random(in: 0...1, using: &random)
        // The advertisement just sent is the first of the quick ones.
        initial = max(0, initial - 1)
        return initial > 0 ? min(interval, Constant.initialInterval) : interval
    }

    private mutating func advertisements(
        to destination: IPv6Address, _ station: MACAddress?, at now: Duration
    ) -> [NeighborPacket] {
        remembered = remembered.filter { $0.value > now }
        var withdrawn = remembered
        for (item, lifetime) in configuration.items {
            remembered[item] = now + (lifetime.duration ?? Self.forever)
            withdrawn[item] = nil
        }
        let withdrawals = withdrawn.sorted { $0.value > $1.value }.prefix(Self.withdrawalLimit).map { item, until in
            item.withdrawal(remaining: .seconds(UInt32((until - now).components.seconds)))
        }
        return configuration.messages(
            from: hardwareAddress, withdrawals: withdrawals, isFarewell: farewells != nil
        ).map {
            NeighborPacket(
                from: hardwareAddress, address, to: station, destination, .routerAdvertisement($0))
        }
    }

    /// Takes back, for a time, what is not advertised any more.
    private mutating func withdraw(at now: Duration) {
        let kept = Set(configuration.items.map(\.item))
        // With other flags, it is still the same prefix to a host.
        let prefixes = Set(configuration.prefixes.map(\.prefix))
        for (item, until) in remembered where !kept.contains(item) {
            if case .prefix(let prefix, _) = item, prefixes.contains(prefix) {
                remembered[item] = nil
            } else {
                remembered[item] = min(until, now + Self.withdrawalTime)
            }
        }
    }
}
