import Wire

extension DHCPv4.Server {
    /// The lease that the client has on its network, or that is remembered of it there: bound before anything else.
    func currentLease(of query: DHCPv4.Query) -> Lease? {
        let bound = table.first(of: query.identity) { lease in
            (lease.state == .bound || lease.state == .offered) && isOn(query.network, lease.address)
        }
        if let bound { return bound }
        return table.first(of: query.identity) { lease in
            lease.state != .declined && isOn(query.network, lease.address)
        }
    }

    private func isOn(_ network: Int, _ address: LeaseAddress) -> Bool {
        guard let address = address.ipv4 else { return false }
        return subnetState(of: address)?.network == network
    }

    /// Whether the configuration lets the client have the address: reserved for it, or in a pool for it.
    func isPermitted(_ address: IPv4Address, to query: DHCPv4.Query) -> Bool {
        guard let subnet = subnetState(of: address), subnet.network == query.network else { return false }
        if let owner = reservations.owner(of: address) { return owner == query.reservation }
        guard let pool = poolIndex(of: address), pools[pool].network == query.network else { return false }
        guard !isReserved(address) else { return false }
        return pools[pool].classes == 0 || pools[pool].classes & query.classes != 0
    }

    /// Whether nobody else has the address.
    func isFree(_ address: IPv4Address, for client: ClientIdentity, at now: Instant) -> Bool {
        guard let lease = table[LeaseAddress(address)], lease.isHeld(at: now) else { return true }
        return lease.client == client && lease.state != .declined
    }

    /// The address that the client is to have rather than the one that it has: its reservation, as soon as nobody has that.
    func reservedAddress(for query: DHCPv4.Query, at now: Instant) -> IPv4Address? {
        guard let index = query.reservation, let address = reservations.entries[index].reservation.address,
            isFree(address, for: query.identity, at: now)
        else { return nil }
        return address
    }

    /// Finds an address to offer, and takes it out of its pool: reserved, previous, asked for, or any.
    mutating func choose(for query: DHCPv4.Query, at now: Instant) throws(Drop) -> IPv4Address {
        if let address = reservedAddress(for: query, at: now) { return address }
        if let address = currentLease(of: query)?.address.ipv4, isPermitted(address, to: query),
            isFree(address, for: query.identity, at: now)
        {
            return address
        }
        if let address = query.requestedAddress, isPermitted(address, to: query),
            isFree(address, for: query.identity, at: now)
        {
            return address
        }
        if let address = takeAny(for: query) { return address }
        // Offers are no promises: under a flood of them the oldest makes room.
        while let oldest = offers.popFirst() {
            guard let lease = table[LeaseAddress(oldest)], lease.state == .offered else { continue }
            lapse(lease)
            if let address = takeAny(for: query) { return address }
        }
        throw Drop("no-free-address")
    }

    private mutating func takeAny(for query: DHCPv4.Query) -> IPv4Address? {
        // The subnet that the relay agent points to comes before others on the same link.
        let near = query.subnetHint.flatMap { subnetState(of: $0) }?.subnet
        if let near, let address = takeAny(for: query, where: { $0.subnet == near }) { return address }
        return takeAny(for: query) { near == nil || $0.subnet != near }
    }

    private mutating func takeAny(
        for query: DHCPv4.Query, where isMeant: (DHCPv4.PoolState) -> Bool
    ) -> IPv4Address? {
        for index in pools.indices {
            guard pools[index].network == query.network, isMeant(pools[index]),
                pools[index].classes == 0 || pools[index].classes & query.classes != 0,
                let found = pools[index].allocator.takeAny()
            else { continue }
            return IPv4Address(rawValue: pools[index].first.rawValue + UInt32(found))
        }
        return nil
    }

    /// Takes an address out of its pool, if it is in one and free.
    mutating func take(_ address: IPv4Address) {
        guard !isReserved(address), let pool = poolIndex(of: address) else { return }
        _ = pools[pool].allocator.take(pools[pool].index(of: address))
    }

    /// Gives an address back to its pool, if it came out of one.
    mutating func give(_ address: IPv4Address, isRemembered: Bool) {
        guard !isReserved(address), let pool = poolIndex(of: address) else { return }
        pools[pool].allocator.give(pools[pool].index(of: address), isRemembered: isRemembered)
    }

    /// Keeps an address for a client that was offered it; nothing is written.
    mutating func hold(_ address: IPv4Address, for query: DHCPv4.Query, at now: Instant) {
        let key = LeaseAddress(address)
        let until = now.advanced(bySeconds: configuration.limits.offer)
        let old = table[key]
        if let old, old.client == query.identity, old.isBound(at: now) { return }
        if let old, old.state != .offered { remembered[key] = old }
        take(address)
        var lease = Lease(
            key, client: query.identity, state: .offered, expiry: until, lastContact: now,
            hardwareAddress: query.hardwareAddress)
        lease.hostName = query.hostName
        let isNew = old?.state != .offered || old?.client != query.identity
        table.put(lease)
        if isNew { noteOffer(address) }
    }

    private mutating func noteOffer(_ address: IPv4Address) {
        let table = table
        offers.append(address) { table[LeaseAddress($0)]?.state == .offered }
    }

    /// Ends an offer that nobody took: the address is as it was before.
    mutating func lapse(_ lease: Lease) {
        guard let address = lease.address.ipv4 else { return }
        if let before = remembered.removeValue(forKey: lease.address) {
            table.put(before)
            give(address, isRemembered: true)
        } else {
            table.remove(lease.address)
            give(address, isRemembered: false)
        }
    }

    /// Makes the client's lease, to be committed; whatever else it had on the network ends.
    mutating func bind(
        _ address: IPv4Address, to query: DHCPv4.Query, for seconds: UInt32, at now: Instant,
        into outcome: inout Outcome
    ) -> Lease {
        let key = LeaseAddress(address)
        for other in table.all(of: query.identity, where: { isOn(query.network, $0.address) && $0.address != key }) {
            switch other.state {
            case .offered: lapse(other)
            case .bound: end(other, as: .released, at: now, reason: "replaced", into: &outcome)
            case .declined, .expired, .released: break
            }
        }
        remembered[key] = nil
        take(address)
        var lease = Lease(
            key, client: query.identity, state: .bound, expiry: now.advanced(bySeconds: seconds), lastContact: now,
            hardwareAddress: query.hardwareAddress)
        lease.hostName = hostName(for: query)
        lease.attachment = attachment(of: query, before: table[key]).octets
        table.put(lease)
        outcome.changes.append(.put(lease))
        return lease
    }

    /// The name that is kept and told: the reservation's before the client's.
    func hostName(for query: DHCPv4.Query) -> String {
        guard let index = query.reservation, !reservations.entries[index].reservation.hostName.isEmpty else {
            return query.hostName
        }
        return reservations.entries[index].reservation.hostName
    }

    /// Ends a bound lease, to be committed; its address is free from now on, its client remembered.
    mutating func end(
        _ lease: Lease, as state: Lease.State, at now: Instant, reason: StaticName, into outcome: inout Outcome
    ) {
        guard let address = lease.address.ipv4 else { return }
        var lease = lease
        lease.state = state
        lease.expiry = min(lease.expiry, Instant(seconds: now.seconds))
        lease.lastContact = Instant(seconds: now.seconds)
        table.put(lease)
        give(address, isRemembered: true)
        outcome.changes.append(.put(lease))
        outcome.events.append(
            ConductEvent(
                .lease(lease.address, state, reason: reason), client: lease.client,
                hardwareAddress: lease.hardwareAddress, address: lease.address))
    }
}
