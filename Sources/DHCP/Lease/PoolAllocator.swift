/// Which units of a pool are free: addresses of a range, or prefixes of one length inside of a prefix.
///
/// A unit is its index in the pool. Each operation costs the same whatever the size and the fill. Pools of up to 2^22 units are
/// bitmaps; greater ones, which exist with IPv6 only, note what is taken, and look for free units at random: so they
/// refuse to become more than half full, which no server's memory lets them.
package struct PoolAllocator: Sendable {
    /// Where to look for a unit that nobody asked for.
    package enum Order: String, Sendable, CaseIterable {
        /// One behind the other, starting over at the end: what was given back rests as long as possible.
        case sequential
        /// Anywhere: nobody can tell the next address.
        case random
    }

    /// How many units there are.
    package let count: UInt128

    package let order: Order

    /// Up to which count a pool is a bitmap.
    package static let denseLimit: UInt128 = 1 << 22

    /// Free units, and among them those that nobody is remembered to have had; both nil in a sparse pool.
    private var free: BitTree?
    private var untouched: BitTree?

    /// Units that are not free; empty in a dense pool.
    private var taken: Set<UInt128> = []

    /// Where the sequential order goes on.
    private var cursor = 0

    private var random: ConductRandom

    /// Makes a pool in which all is free.
    package init(count: UInt128, order: Order, random: ConductRandom) {
        precondition(count > 0, "a pool has one unit at least")
        (self.count, self.order, self.random) = (count, order, random)
        if count <= Self.denseLimit {
            free = BitTree(capacity: Int(count), isFull: true)
            untouched = BitTree(capacity: Int(count), isFull: true)
        }
    }

    /// How many units are free.
    package var freeCount: UInt128 { free.map { UInt128($0.count) } ?? count - UInt128(taken.count) }

    /// Whether nobody has `index`.
    package func isFree(_ index: UInt128) -> Bool {
        precondition(index < count, "an index is inside of its pool")
        return free?.contains(Int(index)) ?? !taken.contains(index)
    }

    /// Takes a unit that is known: a client's previous one, or the one that it asks for; whether it was free.
    package mutating func take(_ index: UInt128) -> Bool {
        precondition(index < count, "an index is inside of its pool")
        guard free != nil else { return taken.insert(index).inserted }
        untouched?.remove(Int(index))
        return free?.remove(Int(index)) ?? false
    }

    /// Takes any free unit, such that nobody is remembered to have had, if there is one; nil if all are taken.
    package mutating func takeAny() -> UInt128? {
        guard let capacity = free?.capacity else { return takeSparse() }
        let start = order == .sequential ? cursor : Int.random(in: 0..<capacity, using: &random)
        guard let index = takeDense(from: start) else { return nil }
        cursor = index + 1
        return UInt128(index)
    }

    /// Takes the first free unit from the one on that `hash` points to: the same client gets the same unit, even if nothing
    /// is remembered of it.
    package mutating func takeAny(hash: UInt64) -> UInt128? {
        guard let capacity = free?.capacity else {
            let index = UInt128(hash) % count
            return take(index) ? index : takeSparse()
        }
        return takeDense(from: Int(hash % UInt64(capacity))).map { UInt128($0) }
    }

    /// Gives a unit back; `isRemembered` says that its last client should get it again, if others are left.
    package mutating func give(_ index: UInt128, isRemembered: Bool) {
        precondition(index < count, "an index is inside of its pool")
        guard free != nil else {
            taken.remove(index)
            return
        }
        free?.insert(Int(index))
        if !isRemembered { untouched?.insert(Int(index)) }
    }

    private mutating func takeDense(from start: Int) -> Int? {
        guard let index = untouched?.next(from: start) ?? free?.next(from: start) else { return nil }
        untouched?.remove(index)
        free?.remove(index)
        return index
    }

    private mutating func takeSparse() -> UInt128? {
        guard UInt128(taken.count) < count / 2 else { return nil }
        // Each try fails with a chance of less than a half; 64 of them never do.
        for _ in 0..<64 {
            let index = UInt128.random(in: 0..<count, using: &random)
            if taken.insert(index).inserted { return index }
        }
        return nil
    }
}

/// Where a conduct takes chance from: the system, or a seed in tests and simulations.
package struct ConductRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64?

    /// The system's.
    package init() {
        state = nil
    }

    /// The same numbers for the same seed (SplitMix64).
    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        guard let seed = state else {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
        let next = seed &+ 0x9E37_79B9_7F4A_7C15
        state = next
        var mixed = next
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
