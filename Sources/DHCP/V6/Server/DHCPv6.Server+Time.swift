package import Wire

extension DHCPv6.Server {
    /// Whether the message waits until the link was asked whether somebody has an address.
    mutating func wait(
        for address: LeaseAddress, _ query: DHCPv6.Query, octets: RawSpan, from arrival: Arrival, at now: Instant,
        into outcome: inout Outcome
    ) -> Bool {
        guard let client = query.client, query.relays.isEmpty, address.family == .v6, let place = place(of: address)
        else { return false }
        let time = configuration.networks[place.network].subnets[place.subnet].probeTime
        guard time > 0, !probing.isQuiet(address, at: now) else { return false }
        // Who has it is who would answer.
        if let lease = table[address], lease.state == .bound { return false }
        if probing.isWaiting(client, for: address) { return true }
        guard !probing.isFull else { return false }
        probing.add(
            ProbeTable.Pending(
                address: address, message: [UInt8](copying: octets), arrival: arrival, client: client,
                hardwareAddress: query.hardwareAddress, due: now.advanced(byMilliseconds: time)))
        outcome.probes.append(Probe(address: address, link: arrival.link))
        return true
    }

    /// Somebody on a link answers for an address: nobody gets it for a while.
    ///
    /// An answer of the client itself, which came back and has not forgotten, is none.
    package mutating func probeAnswered(
        _ address: LeaseAddress, by hardwareAddress: MACAddress, at now: Instant, into outcome: inout Outcome
    ) {
        let waiting = probing.take(address)
        guard let first = waiting.first else { return }
        if first.hardwareAddress == hardwareAddress {
            probing.noteQuiet(address, at: now)
        } else if table[address]?.isHeld(at: now) != true {
            let identity = ClientIdentity(identityAssociation: 0, duid: first.client)
            quarantine(
                Lease(
                    address, client: identity, state: .released, expiry: now, lastContact: now,
                    hardwareAddress: hardwareAddress),
                at: now, reason: "probe-conflict", into: &outcome)
        }
        for entry in waiting { again(entry, at: now, into: &outcome) }
    }

    private mutating func again(
        _ entry: ProbeTable<DUID>.Pending, at now: Instant, into outcome: inout Outcome
    ) {
        receive(entry.message.span.octets, from: entry.arrival, at: now, isAgain: true, into: &outcome)
    }

    /// Does what is due: ends leases whose time has run out, answers those who waited, tells clients to come again.
    package mutating func tick(at now: Instant, into outcome: inout Outcome) {
        for entry in probing.takeDue(at: now) {
            probing.noteQuiet(entry.address, at: now)
            again(entry, at: now, into: &outcome)
        }
        sendReconfigures(at: now, into: &outcome)
        // So many at a time that a batch stays short; the rest is due at once.
        for lease in table.takeDue(at: now, limit: 256) {
            switch lease.state {
            case .bound:
                var ended = lease
                ended.state = .expired
                countStation(lease.hardwareAddress, -1)
                table.put(ended)
                give(lease.address, isRemembered: true)
                outcome.events.append(
                    ConductEvent(
                        .lease(lease.address, .expired, reason: "expiry"), client: lease.client,
                        hardwareAddress: lease.hardwareAddress, address: lease.address))
            case .declined:
                if !isReserved(lease.address) {
                    withPool(of: lease.address) { $0.quarantined = max(0, $0.quarantined - 1) }
                }
                table.remove(lease.address)
                outcome.changes.append(.remove(lease.address))
                give(lease.address, isRemembered: false)
            case .offered, .expired, .released: break
            }
        }
    }

    /// When `tick` is wanted; nil if nothing is due ever.
    package var nextTick: Instant? {
        [table.nextDue, probing.nextDue, reconfiguring.nextDue].compactMap(\.self).min()
    }
}
