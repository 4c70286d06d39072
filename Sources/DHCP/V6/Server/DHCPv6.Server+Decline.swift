import Wire

extension DHCPv6.Server {
    /// Lets a lease's address rest, unless too many of its pool do already: then it is merely free again.
    mutating func quarantine(_ old: Lease, at now: Instant, reason: StaticName, into outcome: inout Outcome) {
        let limits = configuration.limits
        let key = old.address
        var state = Lease.State.declined
        if let pool = pool(of: key), !isReserved(key) {
            let size = Int(clamping: min(pool.allocator.count, 1 << 32))
            if (pool.quarantined + 1) * 100 > max(100, size * limits.quarantineShare) {
                state = .released
            } else {
                withPool(of: key) { $0.quarantined += 1 }
            }
        }
        if old.state == .bound { countStation(old.hardwareAddress, -1) }
        probing.forget(key)
        let until = state == .declined ? now.advanced(bySeconds: limits.quarantine) : Instant(seconds: now.seconds)
        let lease = Lease(
            key, client: old.client, state: state, expiry: until, lastContact: now,
            hardwareAddress: old.hardwareAddress)
        table.put(lease)
        outcome.changes.append(.put(lease))
        if state == .declined { take(key) } else { give(key, isRemembered: true) }
        outcome.events.append(
            ConductEvent(
                .lease(key, state, reason: reason), client: old.client, hardwareAddress: old.hardwareAddress,
                address: key))
    }

    /// The most clients whose declines are counted at one time.
    private static let declineTableLimit = 4096

    /// Counts a Decline; false if the client has made too many.
    mutating func countDecline(_ client: DUID, at now: Instant) -> Bool {
        guard !isOverDeclines(client, at: now) else { return false }
        let window = configuration.limits.declineWindow
        if declines.count >= Self.declineTableLimit {
            declines = declines.filter { $0.value.since.advanced(bySeconds: window) > now }
            // A flood of clients that decline: none of them is believed any more.
            guard declines.count < Self.declineTableLimit else { return false }
        }
        var entry = declines[client] ?? DHCPv6.DeclineCount(count: 0, since: now)
        if entry.since.advanced(bySeconds: window) <= now { entry = DHCPv6.DeclineCount(count: 0, since: now) }
        entry.count += 1
        declines[client] = entry
        return true
    }

    /// Whether the client has declined so often that it is left alone for a while.
    func isOverDeclines(_ client: DUID, at now: Instant) -> Bool {
        guard !declines.isEmpty, let entry = declines[client] else { return false }
        return entry.count >= configuration.limits.declines
            && entry.since.advanced(bySeconds: configuration.limits.declineWindow) > now
    }
}
