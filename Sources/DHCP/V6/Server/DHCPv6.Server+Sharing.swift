extension DHCPv6.Server {
    /// Takes over what another server has done with an address or a prefix.
    package mutating func adopt(_ change: LeaseChange, at now: Instant) {
        guard change.address.family != .v4 else { return }
        let old = table[change.address]
        if let old, old.isHeld(at: now), !isReserved(old.address) {
            if old.state == .declined { withPool(of: old.address) { $0.quarantined = max(0, $0.quarantined - 1) } }
        }
        if let old, old.state == .bound { countStation(old.hardwareAddress, -1) }
        // Free first: then what is held is taken once more, and nothing is taken for ever that nobody holds.
        table.remove(change.address)
        guard case .put(let lease) = change else {
            if old != nil { give(change.address, isRemembered: false) }
            return
        }
        give(change.address, isRemembered: true)
        restore(lease, at: now)
    }
}
