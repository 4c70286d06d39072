import Wire

extension DHCPv4.Server {
    /// A client found its address in use by somebody else (RFC 2131, 4.3.3).
    mutating func decline(
        _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival, at now: Instant,
        into outcome: inout Outcome
    ) throws(Drop) {
        if let server = query.addressedServer, !isOurs(server, query, arrival) { throw Drop("other-server") }
        guard let address = query.requestedAddress else { throw Drop("no-address") }
        let key = LeaseAddress(address)
        guard let lease = table[key], lease.client == query.identity, lease.state == .bound || lease.state == .offered
        else { throw Drop("not-his-lease") }
        guard countDecline(query.identity, at: now) else { throw Drop("declined-too-often") }
        probing.forget(key)
        if lease.state == .offered { lapse(lease) }
        quarantine(
            key, client: query.identity, hardwareAddress: query.hardwareAddress, at: now, reason: "decline",
            into: &outcome)
        outcome.events.append(
            ConductEvent(
                .taken(message: "DECLINE"), client: query.identity, hardwareAddress: query.hardwareAddress,
                address: key, link: arrival.link))
    }

    /// Lets an address rest, unless too many of its pool do already: then it is merely free again.
    mutating func quarantine(
        _ key: LeaseAddress, client: ClientIdentity, hardwareAddress: MACAddress, at now: Instant, reason: StaticName,
        into outcome: inout Outcome
    ) {
        guard let address = key.ipv4 else { return }
        let limits = configuration.limits
        var state = Lease.State.declined
        if let pool = poolIndex(of: address), !isReserved(address) {
            let size = Int(pools[pool].allocator.count)
            if (pools[pool].quarantined + 1) * 100 > max(100, size * limits.quarantineShare) {
                state = .released
            } else {
                pools[pool].quarantined += 1
            }
        }
        remembered[key] = nil
        if state == .declined {
            let lease = Lease(
                key, client: client, state: state, expiry: now.advanced(bySeconds: limits.quarantine), lastContact: now,
                hardwareAddress: hardwareAddress)
            table.put(lease)
            outcome.changes.append(.put(lease))
            take(address)
        } else {
            // Of whom it was is not remembered, so that the client gets another, and this one comes last.
            table.remove(key)
            outcome.changes.append(.remove(key))
            give(address, isRemembered: true)
        }
        outcome.events.append(
            ConductEvent(
                .lease(key, state, reason: reason), client: client, hardwareAddress: hardwareAddress, address: key))
    }

    /// Counts a DECLINE; false if the client has made too many.
    private mutating func countDecline(_ client: ClientIdentity, at now: Instant) -> Bool {
        guard !isOverDeclines(client, at: now) else { return false }
        if declines.count >= 4096 {
            let window = configuration.limits.declineWindow
            declines = declines.filter { $0.value.since.advanced(bySeconds: window) > now }
            // A flood of clients that decline: none of them is believed any more.
            guard declines.count < 4096 else { return false }
        }
        var entry = declines[client] ?? DHCPv4.DeclineCount(count: 0, since: now)
        if entry.since.advanced(bySeconds: configuration.limits.declineWindow) <= now {
            entry = DHCPv4.DeclineCount(count: 0, since: now)
        }
        entry.count += 1
        declines[client] = entry
        return true
    }

    /// Whether the client has declined so often that it is left alone for a while.
    func isOverDeclines(_ client: ClientIdentity, at now: Instant) -> Bool {
        guard !declines.isEmpty, let entry = declines[client] else { return false }
        return entry.count >= configuration.limits.declines
            && entry.since.advanced(bySeconds: configuration.limits.declineWindow) > now
    }

    /// A client gives its address back (RFC 2131, 4.3.4).
    mutating func release(
        _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival, at now: Instant,
        into outcome: inout Outcome
    ) throws(Drop) {
        if let server = query.addressedServer, !isOurs(server, query, arrival) { throw Drop("other-server") }
        let key = LeaseAddress(view.header.clientAddress)
        guard let lease = table[key], lease.client == query.identity, lease.state == .bound else {
            throw Drop("not-his-lease")
        }
        end(lease, as: .released, at: now, reason: "release", into: &outcome)
        outcome.events.append(
            ConductEvent(
                .taken(message: "RELEASE"), client: query.identity, hardwareAddress: query.hardwareAddress,
                address: key, link: arrival.link))
    }

    /// Ends a lease by order of an operator; false if nobody has the address, or keeps others from it.
    package mutating func release(_ address: LeaseAddress, at now: Instant, into outcome: inout Outcome) -> Bool {
        guard let lease = table[address], lease.isHeld(at: now), lease.state != .offered else { return false }
        if lease.state == .declined, let ipv4 = address.ipv4, let pool = poolIndex(of: ipv4), !isReserved(ipv4) {
            pools[pool].quarantined = max(0, pools[pool].quarantined - 1)
        }
        end(lease, as: .released, at: now, reason: "operator", into: &outcome)
        return true
    }

    /// A client that has an address of its own asks for parameters (RFC 2131, 4.3.5).
    mutating func inform(
        _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival, at now: Instant,
        into outcome: inout Outcome
    ) throws(Drop) {
        var address = view.header.clientAddress
        if address.isUnspecified, let source = arrival.source.mappedIPv4, !source.isUnspecified, query.path == .direct {
            address = source
        }
        guard !address.isUnspecified else { throw Drop("no-address") }
        guard answer(.acknowledge, query, view, address: address, lease: nil, at: now, from: arrival, into: &outcome)
        else { throw Drop("answer-too-large") }
    }

    /// Does what is due: ends leases and offers whose time has run out, and answers those who waited for a probe.
    package mutating func tick(at now: Instant, into outcome: inout Outcome) {
        finishProbes(at: now, into: &outcome)
        sendForceRenews(at: now, into: &outcome)
        // So many at a time that a batch stays short; the rest is due at once.
        for lease in table.takeDue(at: now, limit: 256) {
            guard let address = lease.address.ipv4 else { continue }
            switch lease.state {
            case .offered: lapse(lease)
            case .bound:
                var ended = lease
                ended.state = .expired
                table.put(ended)
                give(address, isRemembered: true)
                outcome.events.append(
                    ConductEvent(
                        .lease(lease.address, .expired, reason: "expiry"), client: lease.client,
                        hardwareAddress: lease.hardwareAddress, address: lease.address))
            case .declined:
                if let pool = poolIndex(of: address), !isReserved(address), pools[pool].quarantined > 0 {
                    pools[pool].quarantined -= 1
                }
                table.remove(lease.address)
                outcome.changes.append(.remove(lease.address))
                give(address, isRemembered: false)
            case .expired, .released: break
            }
        }
    }

    /// When `tick` is wanted; nil if nothing is due ever.
    package var nextTick: Instant? {
        [table.nextDue, probing.nextDue, renewing.nextDue].compactMap(\.self).min()
    }
}
