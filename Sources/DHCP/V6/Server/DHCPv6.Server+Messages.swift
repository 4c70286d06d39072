import Wire

extension DHCPv6.Server {
    /// A client looks for servers: what it would get is advertised, and nothing changes (RFC 8415, 18.3.1).
    mutating func solicit(
        _ query: DHCPv6.Query, octets: RawSpan, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) throws(Drop) {
        if let client = query.client, isOverDeclines(client, at: now) { throw Drop("declined-too-often") }
        let isRapid = query.isRapid && configuration.networks[query.network].allowsRapidCommit
        guard let chosen = choose(query, octets: octets, from: arrival, at: now, into: &outcome) else { return }
        if isRapid, chosen.contains(where: { $0 != nil }) {
            let answers = lend(chosen, query, at: now, into: &outcome)
            answer(query, .reply, answers, from: arrival, at: now, into: &outcome) {
                $0.append(DHCPv6.RapidCommit())
            }
            return
        }
        var answers: [DHCPv6.Answer] = []
        for (association, address) in zip(query.associations, chosen) {
            guard let address else {
                answers.append(DHCPv6.Answer(association, association.unavailable))
                continue
            }
            answers.append(DHCPv6.Answer(association, [(address, times(of: address))]))
            giveBack(address, at: now)
        }
        let preference = configuration.preference
        answer(query, .advertise, answers, from: arrival, at: now, into: &outcome) {
            if let preference { $0.append(DHCPv6.Preference(preference)) }
        }
    }

    /// A client takes what was advertised (RFC 8415, 18.3.2).
    mutating func request(
        _ query: DHCPv6.Query, octets: RawSpan, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) throws(Drop) {
        guard let chosen = choose(query, octets: octets, from: arrival, at: now, into: &outcome) else { return }
        let answers = lend(chosen, query, at: now, into: &outcome)
        answer(query, .reply, answers, from: arrival, at: now, into: &outcome)
    }

    /// Chooses for each association; nil, and nothing is taken, if the message waits until somebody was asked.
    private mutating func choose(
        _ query: DHCPv6.Query, octets: RawSpan, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) -> [LeaseAddress?]? {
        var chosen: [LeaseAddress?] = []
        for association in query.associations {
            guard association.kind != .temporary, let identity = query.identity(association),
                query.type != .request || !isElsewhere(association, query)
            else {
                chosen.append(nil)
                continue
            }
            chosen.append(
                choose(for: association, identity, query, but: chosen.compactMap(\.self), at: now))
        }
        let isWaiting = chosen.contains { address in
            address.map { wait(for: $0, query, octets: octets, from: arrival, at: now, into: &outcome) } ?? false
        }
        guard isWaiting else { return chosen }
        for case let address? in chosen { giveBack(address, at: now) }
        return nil
    }

    /// Lends what was chosen, and says of the others why not.
    private mutating func lend(
        _ chosen: [LeaseAddress?], _ query: DHCPv6.Query, at now: Instant, into outcome: inout Outcome
    ) -> [DHCPv6.Answer] {
        var answers: [DHCPv6.Answer] = []
        for (association, address) in zip(query.associations, chosen) {
            guard let address, let identity = query.identity(association) else {
                let isElsewhere = query.type == .request && isElsewhere(association, query)
                answers.append(DHCPv6.Answer(association, isElsewhere ? .notOnLink : association.unavailable))
                continue
            }
            let lease = bind(address, to: identity, query, at: now, into: &outcome)
            answers.append(DHCPv6.Answer(association, [(address, left(of: lease, at: now))]))
        }
        return answers
    }

    /// Whether an association has an address that does not fit the link.
    private func isElsewhere(_ association: DHCPv6.Association, _ query: DHCPv6.Query) -> Bool {
        association.kind == .addresses && association.hints.contains { !isOnLink($0, query) }
    }

    private func isOnLink(_ address: LeaseAddress, _ query: DHCPv6.Query) -> Bool {
        place(of: address)?.network == query.network
    }

    /// A client that may have moved asks whether its addresses fit the link (RFC 8415, 18.3.3).
    mutating func confirm(
        _ query: DHCPv6.Query, from arrival: Arrival, into outcome: inout Outcome
    ) throws(Drop) {
        let addresses = query.associations.filter { $0.kind == .addresses }.flatMap(\.hints)
        guard !addresses.isEmpty else { throw Drop("no-address") }
        let fits = addresses.allSatisfy { isOnLink($0, query) }
        answer(query, status: fits ? .success : .notOnLink, from: arrival, into: &outcome)
    }

    /// A client extends what it has, with this server or with any (RFC 8415, 18.3.4 and 18.3.5).
    mutating func renew(
        _ query: DHCPv6.Query, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) throws(Drop) {
        var answers: [DHCPv6.Answer] = []
        var taken: [LeaseAddress] = []
        // Of a Rebind that has nothing to do with us, another server may know (RFC 8415, 18.3.5).
        var isOurs = query.type == .renew
        for association in query.associations {
            guard association.kind != .temporary, let identity = query.identity(association) else {
                answers.append(DHCPv6.Answer(association, .noBinding))
                continue
            }
            let old = currentLease(identity, association.kind, network: query.network)
            let isBound = old?.state == .bound
            // What does not fit the link is of no use to the client, whoever lent it.
            let elsewhere = association.hints.filter { association.kind == .addresses && !isOnLink($0, query) }
            let mayBegin =
                query.type == .renew || association.hints.isEmpty
                || association.hints.contains {
                    isPermitted($0, to: query) && isFree($0, for: identity, query, at: now)
                }
            var items: [(LeaseAddress, DHCPv6.LeaseTimes)] = []
            if isBound || mayBegin,
                let address = choose(for: association, identity, query, but: taken, at: now)
            {
                let lease = bind(address, to: identity, query, at: now, into: &outcome)
                taken.append(address)
                items = [(address, left(of: lease, at: now))]
            } else if isBound, let old {
                end(old, as: .released, at: now, reason: "not-permitted", into: &outcome)
            }
            isOurs = isOurs || isBound || !items.isEmpty || !elsewhere.isEmpty
            guard !items.isEmpty || isBound || !elsewhere.isEmpty else {
                answers.append(DHCPv6.Answer(association, .noBinding))
                continue
            }
            let gone = items.isEmpty && !isBound ? elsewhere : association.hints
            for hint in gone where hint != items.first?.0 { items.append((hint, .over)) }
            answers.append(DHCPv6.Answer(association, items))
        }
        guard isOurs else { throw Drop("unknown-lease") }
        answer(query, .reply, answers, from: arrival, at: now, into: &outcome)
        if let client = query.client { reconfiguring.answered(by: client) { $0.asks(for: query.type) } }
    }

    /// A client gives back what it has (RFC 8415, 18.3.7).
    mutating func release(
        _ query: DHCPv6.Query, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) throws(Drop) {
        forEachLease(query) { server, lease in
            server.end(lease, as: .released, at: now, reason: "release", into: &outcome)
        }.map { answers in
            answer(query, .reply, answers, status: .success, from: arrival, at: now, into: &outcome)
        }
    }

    /// A client found its addresses in use by somebody else (RFC 8415, 18.3.8).
    mutating func decline(
        _ query: DHCPv6.Query, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) throws(Drop) {
        guard let client = query.client, countDecline(client, at: now) else { throw Drop("declined-too-often") }
        forEachLease(query) { server, lease in
            guard lease.address.family == .v6 else { return }
            server.quarantine(lease, at: now, reason: "decline", into: &outcome)
        }.map { answers in
            answer(query, .reply, answers, status: .success, from: arrival, at: now, into: &outcome)
        }
    }

    /// Does something with each of the client's leases that it names; what is to be said of associations without any.
    private mutating func forEachLease(
        _ query: DHCPv6.Query, _ body: (inout Self, Lease) -> Void
    ) -> [DHCPv6.Answer]? {
        var answers: [DHCPv6.Answer] = []
        for association in query.associations {
            guard let identity = query.identity(association) else { continue }
            var isKnown = false
            for address in association.hints {
                guard let lease = table[address], lease.client == identity, lease.state == .bound else {
                    continue
                }
                isKnown = true
                body(&self, lease)
            }
            if !isKnown { answers.append(DHCPv6.Answer(association, .noBinding)) }
        }
        return answers
    }

    /// A client asks for parameters only (RFC 8415, 18.3.6).
    mutating func inform(
        _ query: DHCPv6.Query, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) {
        answer(query, .reply, [], from: arrival, at: now, into: &outcome)
        if let client = query.client { reconfiguring.answered(by: client) { $0.asks(for: query.type) } }
    }

    /// What is left of a lease, as the client is told.
    private func left(of lease: Lease, at now: Instant) -> DHCPv6.LeaseTimes {
        var times = times(of: lease.address)
        guard times.valid != .max, lease.expiry != .never else { return times }
        // One that was just made is told as it is configured, though it ends on a whole second.
        let valid = min(times.valid, lease.expiry.seconds(since: now))
        let gone = times.valid - valid
        times.valid = valid
        times.preferred = times.preferred == .max ? valid : times.preferred > gone ? times.preferred - gone : 0
        times.preferred = min(times.preferred, valid)
        return times
    }
}

extension DHCPv6.LeaseTimes {
    /// Of what is over.
    fileprivate static var over: DHCPv6.LeaseTimes {
        var times = DHCPv6.LeaseTimes()
        (times.preferred, times.valid) = (0, 0)
        return times
    }
}
