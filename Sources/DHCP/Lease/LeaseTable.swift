/// Every lease that a conduct knows, found by address, by client, and by when it ends.
///
/// A lease takes a slot of about 128 octets and 16 more in the indices. Finding, putting and removing cost the same whatever
/// the number of leases; what is due costs its logarithm.
package struct LeaseTable: Sendable {
    private var leases: [Lease?] = []
    private var freeSlots: [Int32] = []
    private var byAddress = SlotIndex()
    private var byClient = SlotIndex()
    private var due = DueQueue()

    package init() {}

    /// How many leases there are, in whatever state.
    package var count: Int { byAddress.count }

    /// The lease of `address`.
    package subscript(address: LeaseAddress) -> Lease? {
        slot(of: address).flatMap { leases[$0] }
    }

    /// Puts a lease in, in the place of the one of its address.
    package mutating func put(_ lease: Lease) {
        let slot: Int
        if let old = self.slot(of: lease.address) {
            slot = old
            if let previous = leases[old], previous.client != lease.client {
                byClient.remove(old, hash: previous.client.hashValue)
                leases[old] = lease
                insertClient(old, lease.client)
            } else {
                leases[old] = lease
            }
        } else {
            slot = freeSlots.popLast().map(Int.init) ?? leases.count
            if slot == leases.count { leases.append(lease) } else { leases[slot] = lease }
            let leases = leases
            byAddress.insert(slot, hash: lease.address.hashValue) { leases[$0]?.address.hashValue ?? 0 }
            insertClient(slot, lease.client)
        }
        // Of what has ended already, nothing more is due.
        let mayEnd = lease.state == .offered || lease.state == .bound || lease.state == .declined
        if mayEnd, lease.expiry != .never { due.add(slot, at: lease.expiry) }
    }

    /// Forgets the lease of `address`; the lease that it was.
    @discardableResult
    package mutating func remove(_ address: LeaseAddress) -> Lease? {
        guard let slot = slot(of: address), let lease = leases[slot] else { return nil }
        byAddress.remove(slot, hash: address.hashValue)
        byClient.remove(slot, hash: lease.client.hashValue)
        leases[slot] = nil
        freeSlots.append(Int32(slot))
        return lease
    }

    /// The first of a client's leases that `matches`: one server lends one client several, on different links.
    package func first(of client: ClientIdentity, where matches: (Lease) -> Bool) -> Lease? {
        byClient.first(hash: client.hashValue) { slot in
            leases[slot].map { $0.client == client && matches($0) } ?? false
        }.flatMap { leases[$0] }
    }

    /// All of a client's leases that `matches` takes, at most `limit`.
    package func all(of client: ClientIdentity, limit: Int = 64, where matches: (Lease) -> Bool = { _ in true })
        -> [Lease]
    {
        var found: [Lease] = []
        _ = first(of: client) { lease in
            if matches(lease) { found.append(lease) }
            return found.count == limit
        }
        return found
    }

    /// Takes up to `limit` leases of which the expiry has passed, each once for each expiry that it had when it was put.
    package mutating func takeDue(at now: Instant, limit: Int) -> [Lease] {
        var found: [Lease] = []
        while found.count < limit, let slot = due.popDue(at: now) {
            // The slot may hold another lease since, or the same with a later end: that one has its own entry.
            guard let lease = leases[slot], lease.expiry <= now else {
                if let lease = leases[slot], lease.expiry != .never { due.add(slot, at: lease.expiry) }
                continue
            }
            found.append(lease)
        }
        return found
    }

    /// When the next lease may be due; nil if none ever is.
    package var nextDue: Instant? { due.first }

    /// Up to `limit` leases that `matches`, from a slot on and among so many `slots`, and the slot to go on with; nil at the end.
    ///
    /// Leases that are put or removed meanwhile may come, or not; none comes twice.
    package func page(
        from slot: Int, limit: Int, among slots: Int = .max, where matches: (Lease) -> Bool = { $0.state != .offered }
    ) -> (leases: [Lease], next: Int?) {
        var found: [Lease] = []
        guard slot < leases.count else { return (found, nil) }
        let end = leases.count - slot > slots ? slot + slots : leases.count
        var slot = slot
        while slot < end, found.count < limit {
            if let lease = leases[slot], matches(lease) { found.append(lease) }
            slot += 1
        }
        return (found, slot < leases.count ? slot : nil)
    }

    /// Goes over all leases, in no order.
    package func forEach(_ body: (Lease) -> Void) {
        for lease in leases { if let lease { body(lease) } }
    }

    private func slot(of address: LeaseAddress) -> Int? {
        byAddress.first(hash: address.hashValue) { leases[$0]?.address == address }
    }

    private mutating func insertClient(_ slot: Int, _ client: ClientIdentity) {
        let leases = leases
        byClient.insert(slot, hash: client.hashValue) { leases[$0]?.client.hashValue ?? 0 }
    }
}
