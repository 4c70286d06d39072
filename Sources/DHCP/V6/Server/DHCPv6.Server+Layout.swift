import Wire

extension DHCPv6 {
    /// A pool with what is free in it: addresses, or prefixes of one length.
    struct PoolState: Sendable {
        let network: Int
        let subnet: Int
        let classes: UInt64

        /// The first unit's first address, and the last unit's.
        let first: UInt128
        let last: UInt128

        /// The bits of each unit: 128 for addresses.
        let length: Int

        let isPrefix: Bool
        let excludedLength: Int?
        var allocator: PoolAllocator
        var quarantined = 0

        private var shift: UInt128 { UInt128(128 - length) }

        /// Whether it is one of the pool's units.
        func holds(_ address: LeaseAddress) -> Bool {
            Int(address.prefixLength) == length && (address.family == .prefix) == isPrefix
                && address.rawValue >= first && address.rawValue <= last && (address.rawValue - first) & mask == 0
        }

        private var mask: UInt128 { (1 << shift) - 1 }

        func index(of address: LeaseAddress) -> UInt128 { (address.rawValue - first) >> shift }

        /// The unit of an index.
        func address(_ index: UInt128) -> LeaseAddress {
            let address = IPv6Address(rawValue: first + index << shift)
            return isPrefix
                ? LeaseAddress(IPv6Prefix(containing: address, length: length)) : LeaseAddress(address)
        }
    }

    /// Where a subnet stands in the configuration.
    struct SubnetState: Sendable {
        let prefix: IPv6Prefix
        let network: Int
        let subnet: Int
    }
}

extension DHCPv6.Server {
    /// Makes pools and subnets of the configuration, everything free but what is reserved.
    mutating func layOut() {
        (pools, prefixPools, subnets) = ([], [], [])
        for (network, value) in configuration.networks.enumerated() {
            for (subnet, content) in value.subnets.enumerated() {
                subnets.append(DHCPv6.SubnetState(prefix: content.prefix, network: network, subnet: subnet))
                for pool in content.pools { pools.append(state(of: pool, network, subnet)) }
                for pool in content.prefixPools { prefixPools.append(state(of: pool, network, subnet)) }
            }
        }
        subnets.sort { $0.prefix.address < $1.prefix.address }
        pools.sort { $0.first < $1.first }
        prefixPools.sort { $0.first < $1.first }
        // What is reserved is in no pool; nor is the address that stands for all routers (RFC 4291, 2.6.1).
        for address in reservations.addresses + subnets.map({ LeaseAddress($0.prefix.address) }) { take(address) }
    }

    private mutating func state(of pool: DHCPv6.Pool, _ network: Int, _ subnet: Int) -> DHCPv6.PoolState {
        let (count, isWhole) = (pool.last.rawValue - pool.first.rawValue).addingReportingOverflow(1)
        return DHCPv6.PoolState(
            network: network, subnet: subnet, classes: pool.classes, first: pool.first.rawValue,
            last: pool.last.rawValue, length: 128, isPrefix: false, excludedLength: nil,
            allocator: allocator(isWhole ? .max : count))
    }

    private mutating func state(of pool: DHCPv6.PrefixPool, _ network: Int, _ subnet: Int) -> DHCPv6.PoolState {
        let count = UInt128(1) << UInt128(pool.delegatedLength - pool.prefix.length)
        let shift = UInt128(128 - pool.delegatedLength)
        return DHCPv6.PoolState(
            network: network, subnet: subnet, classes: pool.classes, first: pool.prefix.address.rawValue,
            last: pool.prefix.address.rawValue + (count - 1) << shift, length: pool.delegatedLength, isPrefix: true,
            excludedLength: pool.excludedLength, allocator: allocator(count))
    }

    private mutating func allocator(_ count: UInt128) -> PoolAllocator {
        PoolAllocator(count: count, order: .random, random: ConductRandom(seed: random.next()))
    }

    /// Says in its pool what has become of a lease's address.
    mutating func occupy(_ lease: Lease, at now: Instant) {
        guard !isReserved(lease.address) else { return }
        withPool(of: lease.address) { pool in
            let index = pool.index(of: lease.address)
            guard pool.allocator.take(index) else { return }
            if lease.isHeld(at: now) {
                if lease.state == .declined { pool.quarantined += 1 }
            } else {
                pool.allocator.give(index, isRemembered: true)
            }
        }
    }

    /// Takes an address out of its pool, if it is in one and free.
    mutating func take(_ address: LeaseAddress) {
        withPool(of: address) { _ = $0.allocator.take($0.index(of: address)) }
    }

    /// Gives an address back to its pool, if it came out of one.
    mutating func give(_ address: LeaseAddress, isRemembered: Bool) {
        guard !isReserved(address) else { return }
        withPool(of: address) { $0.allocator.give($0.index(of: address), isRemembered: isRemembered) }
    }

    /// Changes the pool that an address is in, if there is one.
    mutating func withPool(of address: LeaseAddress, _ change: (inout DHCPv6.PoolState) -> Void) {
        guard let index = poolIndex(of: address) else { return }
        if address.family == .prefix { change(&prefixPools[index]) } else { change(&pools[index]) }
    }

    /// The pool that an address or prefix is in.
    func pool(of address: LeaseAddress) -> DHCPv6.PoolState? {
        poolIndex(of: address).map { address.family == .prefix ? prefixPools[$0] : pools[$0] }
    }

    private func poolIndex(of address: LeaseAddress) -> Int? {
        let pools = address.family == .prefix ? prefixPools : pools
        // The last that begins at or before the address.
        var (low, high) = (0, pools.count)
        while low < high {
            let middle = (low + high) / 2
            if pools[middle].first <= address.rawValue { low = middle + 1 } else { high = middle }
        }
        guard low > 0, pools[low - 1].holds(address) else { return nil }
        return low - 1
    }

    /// The subnet that an address is in.
    func subnetState(of address: IPv6Address) -> DHCPv6.SubnetState? {
        var (low, high) = (0, subnets.count)
        while low < high {
            let middle = (low + high) / 2
            if subnets[middle].prefix.address <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, subnets[low - 1].prefix.contains(address) else { return nil }
        return subnets[low - 1]
    }

    /// The network and the subnet that an address or prefix belongs to: that of its reservation, its pool, or its link.
    func place(of address: LeaseAddress) -> (network: Int, subnet: Int)? {
        if let owner = reservations.owner(of: address) {
            return (reservations.entries[owner].network, reservations.entries[owner].subnet)
        }
        if let pool = pool(of: address) { return (pool.network, pool.subnet) }
        return address.ipv6.flatMap { subnetState(of: $0) }.map { ($0.network, $0.subnet) }
    }

    /// Whether somebody has a reservation for it, or nobody may have it.
    func isReserved(_ address: LeaseAddress) -> Bool {
        if reservations.owner(of: address) != nil { return true }
        guard let ipv6 = address.ipv6 else { return false }
        return subnetState(of: ipv6)?.prefix.address == ipv6
    }
}
