import Wire

extension DHCPv6.Server {
    /// The lease that an association has on its network, or that is remembered of it there: bound before anything else.
    func currentLease(_ identity: ClientIdentity, _ kind: DHCPv6.Association.Kind, network: Int) -> Lease? {
        let bound = table.first(of: identity) {
            $0.state == .bound && $0.address.family == kind.family && place(of: $0.address)?.network == network
        }
        if let bound { return bound }
        return table.first(of: identity) {
            $0.state != .declined && $0.address.family == kind.family && place(of: $0.address)?.network == network
        }
    }

    /// Whether the configuration lets the client have it: reserved for it, or in a pool for it.
    func isPermitted(_ address: LeaseAddress, to query: DHCPv6.Query) -> Bool {
        if let owner = reservations.owner(of: address) {
            return owner == query.reservation && reservations.entries[owner].network == query.network
        }
        guard let pool = pool(of: address), pool.network == query.network, !isReserved(address) else { return false }
        return pool.classes == 0 || pool.classes & query.classes != 0
    }

    /// Whether nobody else has it.
    ///
    /// What is reserved for a client is free for it even if the client was lent it under another DUID: a machine that
    /// starts another system is the same machine.
    func isFree(_ address: LeaseAddress, for identity: ClientIdentity, _ query: DHCPv6.Query, at now: Instant) -> Bool {
        guard let lease = table[address], lease.isHeld(at: now) else { return true }
        guard lease.state != .declined else { return false }
        if lease.client == identity { return true }
        guard let owner = reservations.owner(of: address), owner == query.reservation,
            case .hardwareAddress = reservations.entries[owner].reservation.match
        else { return false }
        return lease.hardwareAddress == query.hardwareAddress && lease.client.duid != query.client
    }

    /// Finds an address or prefix for an association, and takes it out of its pool: reserved, previous, asked for, or any.
    ///
    /// Those in `others` are the message's other associations'.
    mutating func choose(
        for association: DHCPv6.Association, _ identity: ClientIdentity, _ query: DHCPv6.Query,
        but others: [LeaseAddress], at now: Instant
    ) -> LeaseAddress? {
        func fits(_ address: LeaseAddress, _ server: borrowing Self) -> Bool {
            !others.contains(address) && server.isPermitted(address, to: query)
                && server.isFree(address, for: identity, query, at: now)
        }
        var known: [LeaseAddress] = []
        if let index = query.reservation {
            let reservation = reservations.entries[index].reservation
            if association.kind == .addresses, let address = reservation.address { known.append(LeaseAddress(address)) }
            if association.kind == .prefixes, let prefix = reservation.prefix { known.append(LeaseAddress(prefix)) }
        }
        if let lease = currentLease(identity, association.kind, network: query.network) { known.append(lease.address) }
        known += association.hints
        for address in known where address.family == association.kind.family && fits(address, self) {
            guard let lease = table[address], lease.state == .bound else {
                guard table.count < configuration.limits.leases || table[address] != nil else { return nil }
                take(address)
                return address
            }
            return address
        }
        guard table.count < configuration.limits.leases, !isOverStations(query) else { return nil }
        return takeAny(for: association, hash: hash(identity, association.kind), query)
    }

    private mutating func takeAny(
        for association: DHCPv6.Association, hash: UInt64, _ query: DHCPv6.Query
    ) -> LeaseAddress? {
        let isPrefix = association.kind == .prefixes
        let candidates = isPrefix ? prefixPools : pools
        // The subnet that the relay agent points to comes before others on the same link, and a length that is wished for
        // before others (RFC 8168, 3.2).
        let near = query.subnetHint.flatMap { subnetState(of: $0) }?.subnet
        let order = candidates.indices.filter {
            candidates[$0].network == query.network
                && (candidates[$0].classes == 0 || candidates[$0].classes & query.classes != 0)
        }.sorted { left, right in
            func rank(_ index: Int) -> (Int, Int, Int) {
                let wanted = association.wantedLength.map { abs($0 - candidates[index].length) } ?? 0
                return (wanted, near == nil || candidates[index].subnet == near ? 0 : 1, index)
            }
            return rank(left) < rank(right)
        }
        for index in order {
            guard isPrefix else {
                guard let found = pools[index].allocator.takeAny(hash: hash) else { continue }
                return pools[index].address(found)
            }
            guard let found = prefixPools[index].allocator.takeAny(hash: hash) else { continue }
            return prefixPools[index].address(found)
        }
        return nil
    }

    /// Gives back what was chosen, but not lent.
    mutating func giveBack(_ address: LeaseAddress, at now: Instant) {
        let lease = table[address]
        guard lease?.isHeld(at: now) != true else { return }
        give(address, isRemembered: lease != nil)
    }

    /// Where a client's addresses are looked for first: FNV-1a over its identity, with the server's key before.
    private func hash(_ identity: ClientIdentity, _ kind: DHCPv6.Association.Kind) -> UInt64 {
        var hash = 0xCBF2_9CE4_8422_2325 ^ hashKey ^ (kind == .prefixes ? 1 << 63 : 0)
        for octet in identity.octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
        // FNV changes its high bits little for the last octets, which differ most.
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ hash >> 33
    }

    /// Makes the association's lease, to be committed; whatever else it had on the network ends.
    mutating func bind(
        _ address: LeaseAddress, to identity: ClientIdentity, _ query: DHCPv6.Query, at now: Instant,
        into outcome: inout Outcome
    ) -> Lease {
        let times = times(of: address)
        for other in table.all(of: identity, where: { $0.address.family == address.family && $0.address != address })
        where other.state == .bound && place(of: other.address)?.network == query.network {
            end(other, as: .released, at: now, reason: "replaced", into: &outcome)
        }
        let old = table[address]
        if let old, old.client == identity, isCalm(old, query, times, at: now) { return old }
        take(address)
        var lease = Lease(
            address, client: identity, state: .bound, expiry: now.advanced(bySeconds: times.valid), lastContact: now,
            hardwareAddress: query.hardwareAddress ?? .zero)
        lease.hostName = hostName(for: query)
        if let old, old.client.duid == query.client { lease.attachment = old.attachment }
        if wantsKey(query), DHCPv6.ReconfigureKey(lease.attachment) == nil {
            lease.attachment = DHCPv6.ReconfigureKey(using: &random).octets
        }
        if let old, old.state == .bound { countStation(old.hardwareAddress, -1) }
        countStation(lease.hardwareAddress, 1)
        table.put(lease)
        outcome.changes.append(.put(lease))
        return lease
    }

    /// Whether the lease is so young that a renewal need not change it.
    private func isCalm(_ lease: Lease, _ query: DHCPv6.Query, _ times: DHCPv6.LeaseTimes, at now: Instant) -> Bool {
        guard times.calm > 0, lease.isBound(at: now), lease.hardwareAddress == query.hardwareAddress ?? .zero,
            lease.hostName == hostName(for: query), times.valid != .max, lease.expiry != .never,
            !wantsKey(query) || !lease.attachment.isEmpty
        else { return false }
        let left = lease.expiry.seconds(since: now)
        return left <= times.valid && UInt64(times.valid - left) * 100 <= UInt64(times.valid) * UInt64(times.calm)
    }

    /// How long an address or prefix is lent for.
    func times(of address: LeaseAddress) -> DHCPv6.LeaseTimes {
        guard let place = place(of: address) else { return DHCPv6.LeaseTimes() }
        return configuration.networks[place.network].subnets[place.subnet].times
    }

    /// The name that is kept and told: the reservation's before the client's.
    func hostName(for query: DHCPv6.Query) -> String {
        guard let index = query.reservation, !reservations.entries[index].reservation.hostName.isEmpty else {
            return query.hostName
        }
        return reservations.entries[index].reservation.hostName
    }

    /// Ends a bound lease, to be committed; its address is free from now on, its client remembered.
    mutating func end(
        _ lease: Lease, as state: Lease.State, at now: Instant, reason: StaticName, into outcome: inout Outcome
    ) {
        var lease = lease
        countStation(lease.hardwareAddress, -1)
        lease.state = state
        lease.expiry = min(lease.expiry, Instant(seconds: now.seconds))
        lease.lastContact = Instant(seconds: now.seconds)
        table.put(lease)
        give(lease.address, isRemembered: true)
        outcome.changes.append(.put(lease))
        outcome.events.append(
            ConductEvent(
                .lease(lease.address, state, reason: reason), client: lease.client,
                hardwareAddress: lease.hardwareAddress, address: lease.address))
    }

    /// Ends a lease by order of an operator; false if nobody has it.
    package mutating func release(_ address: LeaseAddress, at now: Instant, into outcome: inout Outcome) -> Bool {
        guard let lease = table[address], lease.isBound(at: now) else { return false }
        end(lease, as: .released, at: now, reason: "operator", into: &outcome)
        return true
    }

    /// Counts a lease of a station, where that matters.
    mutating func countStation(_ station: MACAddress, _ change: Int) {
        guard configuration.limits.leasesPerStation != nil, station != .zero else { return }
        let count = (stations[station] ?? 0) + change
        stations[station] = count > 0 ? count : nil
    }

    /// Whether the client's station has as many leases as it may.
    private func isOverStations(_ query: DHCPv6.Query) -> Bool {
        guard let limit = configuration.limits.leasesPerStation, let station = query.hardwareAddress else {
            return false
        }
        return (stations[station] ?? 0) >= limit
    }
}

extension DHCPv6.Association.Kind {
    /// What leases of the kind are; temporary addresses are not lent.
    var family: LeaseAddress.Family { self == .prefixes ? .prefix : .v6 }
}
