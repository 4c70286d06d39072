import Synchronization

/// Chooses servers of one pool for one thread.
struct Selector {
    private let balance: Configuration.Pool.Balance
    /// The pool's servers as indices over all pools.
    private let servers: Range<Int>
    private let weights: [Int]
    /// Smooth weighted round robin: each server's credit.
    private var credits: [Int]

    init(_ pool: Configuration.Pool, servers: Range<Int>, turn: Int) {
        balance = pool.balance
        self.servers = servers
        weights = pool.servers.map(\.weight)
        credits = Array(repeating: 0, count: weights.count)
        // Threads begin at different places, so that few requests on many threads do not all meet the first server.
        for _ in 0..<(turn % max(1, weights.reduce(0, +))) { _ = roundRobin { _ in true } }
    }

    /// A server that is up and is not `avoided`, if there is one beside it; nil when all are down.
    mutating func choose(_ table: ServerTable, avoiding avoided: Int, random: inout Random) -> Int? {
        if let server = choose(random: &random, table, where: { table.isUp($0) && $0 != avoided }) { return server }
        return avoided >= 0 && table.isUp(avoided) ? avoided : nil
    }

    private mutating func choose(
        random: inout Random, _ table: ServerTable, where isEligible: (Int) -> Bool
    ) -> Int? {
        switch balance {
        case .roundRobin: roundRobin(where: isEligible)
        case .random: weightedRandom(&random, where: isEligible)
        case .leastConnections: leastConnections(table, where: isEligible)
        }
    }

    /// Smooth weighted round robin: everyone earns its weight, the richest is chosen and pays the sum.
    private mutating func roundRobin(where isEligible: (Int) -> Bool) -> Int? {
        var best = -1
        var sum = 0
        for index in weights.indices where isEligible(servers.lowerBound + index) {
            credits[index] += weights[index]
            sum += weights[index]
            if best < 0 || credits[index] > credits[best] { best = index }
        }
        guard best >= 0 else { return nil }
        credits[best] -= sum
        return servers.lowerBound + best
    }

    private func weightedRandom(_ random: inout Random, where isEligible: (Int) -> Bool) -> Int? {
        var sum = 0
        for index in weights.indices where isEligible(servers.lowerBound + index) { sum += weights[index] }
        guard sum > 0 else { return nil }
        var rest = Int(random.next(below: UInt64(sum)))
        for index in weights.indices where isEligible(servers.lowerBound + index) {
            rest -= weights[index]
            if rest < 0 { return servers.lowerBound + index }
        }
        return nil
    }

    /// The fewest requests in flight for its weight; among equals the one whose turn it is.
    private mutating func leastConnections(_ table: ServerTable, where isEligible: (Int) -> Bool) -> Int? {
        var least = UInt64.max
        for index in weights.indices where isEligible(servers.lowerBound + index) {
            least = min(least, load(table, index))
        }
        guard least < .max else { return nil }
        let (first, weights) = (servers.lowerBound, weights)
        return roundRobin { server in
            isEligible(server) && table.inFlight(of: server) * 256 / UInt64(weights[server - first]) == least
        }
    }

    private func load(_ table: ServerTable, _ index: Int) -> UInt64 {
        table.inFlight(of: servers.lowerBound + index) * 256 / UInt64(weights[index])
    }
}

/// Random numbers of one thread (wyrand's mixing of a counter: one multiplication, full period).
struct Random: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0xA076_1D64_78BD_642F
        let product = state.multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }

    /// A number below `bound`, without a bias that matters for bounds far below 2^64.
    mutating func next(below bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }
}
