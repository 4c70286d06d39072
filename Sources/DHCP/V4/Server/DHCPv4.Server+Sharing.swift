extension DHCPv4.Server {
    /// Takes over what another server has done with an address.
    package mutating func adopt(_ change: LeaseChange, at now: Instant) {
        guard let address = change.address.ipv4 else { return }
        if let old = table[change.address], old.state == .declined, old.isHeld(at: now),
            let pool = poolIndex(of: address), !isReserved(address)
        {
            pools[pool].quarantined = max(0, pools[pool].quarantined - 1)
        }
        // Free first: then what is held is taken once more, and nothing is taken for ever that nobody holds.
        let isOurs = table.remove(change.address) != nil
        guard case .put(let lease) = change else {
            if isOurs { give(address, isRemembered: false) }
            return
        }
        give(address, isRemembered: true)
        restore(lease, at: now)
    }
}
