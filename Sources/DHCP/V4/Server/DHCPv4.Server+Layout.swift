import Wire

extension DHCPv4 {
    /// A pool with what is free in it.
    struct PoolState: Sendable {
        let network: Int
        let subnet: Int
        let first: IPv4Address
        let last: IPv4Address
        let classes: UInt64
        var allocator: PoolAllocator
        var quarantined = 0

        func index(of address: IPv4Address) -> UInt128 { UInt128(address.rawValue - first.rawValue) }
    }

    /// Where a subnet stands in the configuration.
    struct SubnetState: Sendable {
        let prefix: IPv4Prefix
        let network: Int
        let subnet: Int
    }
}

extension DHCPv4.Server {
    /// Makes pools and subnets of the configuration, everything free but what is reserved.
    mutating func layOut() {
        pools = []
        subnets = []
        for (network, value) in configuration.networks.enumerated() {
            for (subnet, content) in value.subnets.enumerated() {
                subnets.append(DHCPv4.SubnetState(prefix: content.prefix, network: network, subnet: subnet))
                for pool in content.pools {
                    let count = UInt128(pool.last.rawValue - pool.first.rawValue) + 1
                    let seed = ConductRandom(seed: random.next())
                    pools.append(
                        DHCPv4.PoolState(
                            network: network, subnet: subnet, first: pool.first, last: pool.last,
                            classes: pool.classes,
                            allocator: PoolAllocator(count: count, order: pool.order, random: seed)))
                }
            }
        }
        subnets.sort { $0.prefix.address < $1.prefix.address }
        pools.sort { $0.first < $1.first }
        for address in reservations.addresses {
            guard let pool = poolIndex(of: address) else { continue }
            _ = pools[pool].allocator.take(pools[pool].index(of: address))
        }
        // The server's own addresses are nobody else's.
        ownAddresses = Set(configuration.networks.compactMap(\.serverIdentifier))
        for own in ownAddresses {
            guard let pool = poolIndex(of: own) else { continue }
            _ = pools[pool].allocator.take(pools[pool].index(of: own))
        }
    }

    /// Says in its pool what has become of a lease's address.
    mutating func occupy(_ lease: Lease, at now: Instant) {
        guard let address = lease.address.ipv4, let pool = poolIndex(of: address), !isReserved(address) else { return }
        let index = pools[pool].index(of: address)
        guard pools[pool].allocator.take(index) else { return }
        if lease.isHeld(at: now) {
            if lease.state == .declined { pools[pool].quarantined += 1 }
        } else {
            pools[pool].allocator.give(index, isRemembered: true)
        }
    }

    /// The pool that an address is in.
    func poolIndex(of address: IPv4Address) -> Int? {
        // The last that begins at or before the address.
        var (low, high) = (0, pools.count)
        while low < high {
            let middle = (low + high) / 2
            if pools[middle].first <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, address <= pools[low - 1].last else { return nil }
        return low - 1
    }

    /// The subnet that an address is in.
    func subnetState(of address: IPv4Address) -> DHCPv4.SubnetState? {
        var (low, high) = (0, subnets.count)
        while low < high {
            let middle = (low + high) / 2
            if subnets[middle].prefix.address <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, subnets[low - 1].prefix.contains(address) else { return nil }
        return subnets[low - 1]
    }

    /// Whether somebody has a reservation for the address, or the server has it itself.
    func isReserved(_ address: IPv4Address) -> Bool {
        reservations.owner(of: address) != nil || ownAddresses.contains(address)
    }
}
