import Wire

extension DHCPv6 {
    /// A server of DHCPv6, as a value: messages and the time go in, what is to be done comes out (RFC 8415, 18.3).
    ///
    /// The shape is that of all conducts, which `Conduct.swift` describes. A Solicit leaves no trace: what is advertised follows
    /// from the client's identity, so that the same is found when the Request comes, and a flood of them fills nothing.
    package struct Server: Sendable {
        package internal(set) var configuration: Configuration

        /// Every lease.
        package internal(set) var table = LeaseTable()

        /// The pools of all subnets, addresses and prefixes each in the order of where they begin.
        var pools: [PoolState] = []
        var prefixPools: [PoolState] = []

        /// The subnets of all networks, in the order of their addresses.
        var subnets: [SubnetState] = []

        var reservations: ReservationTable

        var limiter: RateLimiter
        var stationLimiter: RateLimiter?
        var declines: [DUID: DeclineCount] = [:]

        /// How many leases a station has; counted only where that is limited.
        var stations: [MACAddress: Int] = [:]

        var probing: ProbeTable<DUID>
        var reconfiguring = ReminderTable<DUID, Reconfiguration>()
        var random: ConductRandom

        /// What the hashes are keyed with that say where a client's addresses are looked for.
        let hashKey: UInt64

        /// Makes a server without leases; `restore` follows for each that a store has.
        ///
        /// With the same `hashKey`, clients get the same addresses even from a server that has forgotten them.
        package init(_ configuration: Configuration, random: ConductRandom, hashKey: UInt64 = 0) {
            self.configuration = configuration
            self.random = random
            self.hashKey = hashKey
            limiter = RateLimiter(
                rate: configuration.limits.rate, burst: configuration.limits.burst,
                cells: configuration.limits.rateCells)
            stationLimiter = configuration.limits.stationRate.map { RateLimiter(rate: $0, burst: 2 * $0) }
            probing = ProbeTable(limit: configuration.limits.probes)
            reservations = ReservationTable(configuration)
            layOut()
        }

        /// Takes a lease of the store; only before the first message.
        ///
        /// Of leases that no pool covers any more nothing is forgotten: a later configuration may cover them again.
        package mutating func restore(_ lease: Lease, at now: Instant) {
            guard lease.address.family != .v4 else { return }
            var lease = lease
            if lease.state == .bound || lease.state == .declined, lease.expiry <= now { lease.state = .expired }
            table.put(lease)
            occupy(lease, at: now)
            if lease.state == .bound { countStation(lease.hardwareAddress, 1) }
        }

        /// Serves another configuration from now on: leases stay, and whoever has what is not his any more learns it at his
        /// next message.
        package mutating func reconfigure(_ configuration: Configuration, at now: Instant) {
            self.configuration = configuration
            limiter = RateLimiter(
                rate: configuration.limits.rate, burst: configuration.limits.burst,
                cells: configuration.limits.rateCells)
            stationLimiter = configuration.limits.stationRate.map { RateLimiter(rate: $0, burst: 2 * $0) }
            reservations = ReservationTable(configuration)
            probing = ProbeTable(limit: configuration.limits.probes)
            layOut()
            stations = [:]
            var leases: [Lease] = []
            table.forEach { leases.append($0) }
            for lease in leases {
                occupy(lease, at: now)
                if lease.state == .bound { countStation(lease.hardwareAddress, 1) }
            }
        }

        /// How many units there are, and how many of them are free, for each pool in turn.
        package var poolFill: [PoolFill] {
            (pools + prefixPools).map { pool in
                PoolFill(
                    network: configuration.networks[pool.network].name, first: pool.address(0),
                    last: pool.address(pool.allocator.count - 1), size: pool.allocator.count,
                    free: pool.allocator.freeCount, quarantined: pool.quarantined)
            }
        }

        /// Why a message gets no answer.
        struct Drop: Error {
            let reason: StaticName
            init(_ reason: StaticName) { self.reason = reason }
        }
    }

    /// How full a pool is.
    package struct PoolFill: Sendable {
        package let network: String
        package let first: LeaseAddress
        package let last: LeaseAddress
        package let size: UInt128
        package let free: UInt128
        package let quarantined: Int
    }

    /// How many addresses a client declined, and since when.
    struct DeclineCount: Sendable {
        var count: Int
        var since: Instant
    }
}
