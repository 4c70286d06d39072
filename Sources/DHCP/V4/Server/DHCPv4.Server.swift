package import Wire

extension DHCPv4 {
    /// A server of DHCPv4, as a value: messages and the time go in, what is to be done comes out (RFC 2131).
    ///
    /// The shape is that of all conducts, which `Conduct.swift` describes. All of its tables are bounded by the addresses that
    /// it may lend, or by `Limits`.
    package struct Server: Sendable {
        package internal(set) var configuration: Configuration

        /// Every lease, with the offers.
        package internal(set) var table = LeaseTable()

        /// The pools of all subnets, in the order of their addresses.
        var pools: [PoolState] = []

        /// The subnets of all networks, in the order of their addresses.
        var subnets: [SubnetState] = []

        var reservations: ReservationTable

        /// What the server calls itself on its links.
        var ownAddresses: Set<IPv4Address> = []

        /// What an address was before it was offered to the client that had it, so that a lapse changes nothing.
        var remembered: [LeaseAddress: Lease] = [:]

        /// Offers in the order that they were made, so that the oldest may go to somebody else.
        var offers = OfferQueue()

        var limiter: RateLimiter
        var declines: [ClientIdentity: DeclineCount] = [:]
        var probing: ProbeTable<ClientIdentity>

        /// Clients that were told to renew, and have not yet.
        var renewing = ReminderTable<LeaseAddress, LinkIdentifier?>()
        var random: ConductRandom

        /// Memory for the options of the answer that is being made.
        var plan: [PlannedOption] = []

        /// Makes a server without leases; `restore` and then `start` follow.
        package init(_ configuration: Configuration, random: ConductRandom) {
            self.configuration = configuration
            self.random = random
            limiter = RateLimiter(
                rate: configuration.limits.rate, burst: configuration.limits.burst,
                cells: configuration.limits.rateCells)
            probing = ProbeTable(limit: configuration.limits.probes)
            reservations = ReservationTable(configuration)
            layOut()
        }

        /// Takes a lease of the store; only before the first message.
        ///
        /// Of leases that no pool covers any more nothing is forgotten: a later configuration may cover them again.
        package mutating func restore(_ lease: Lease, at now: Instant) {
            guard lease.address.family == .v4 else { return }
            var lease = lease
            if lease.state == .bound || lease.state == .declined, lease.expiry <= now { lease.state = .expired }
            table.put(lease)
            occupy(lease, at: now)
        }

        /// Serves another configuration from now on: leases stay, and whoever has what is not his any more learns it at his
        /// next message.
        package mutating func reconfigure(_ configuration: Configuration, at now: Instant) {
            self.configuration = configuration
            limiter = RateLimiter(
                rate: configuration.limits.rate, burst: configuration.limits.burst,
                cells: configuration.limits.rateCells)
            reservations = ReservationTable(configuration)
            probing = ProbeTable(limit: configuration.limits.probes)
            layOut()
            var leases: [Lease] = []
            table.forEach { leases.append($0) }
            for lease in leases { occupy(lease, at: now) }
        }

        /// How many addresses there are, and how many of them are free, for each pool in turn.
        package var poolFill: [PoolFill] {
            pools.map { pool in
                PoolFill(
                    network: configuration.networks[pool.network].name, first: pool.first, last: pool.last,
                    free: Int(pool.allocator.freeCount), quarantined: pool.quarantined)
            }
        }
    }

    /// How full a pool is.
    package struct PoolFill: Sendable {
        package let network: String
        package let first: IPv4Address
        package let last: IPv4Address
        package let free: Int
        package let quarantined: Int

        package var size: Int { Int(last.rawValue - first.rawValue) + 1 }
    }

    /// How many addresses a client declined, and since when.
    struct DeclineCount: Sendable {
        var count: Int
        var since: Instant
    }
}
