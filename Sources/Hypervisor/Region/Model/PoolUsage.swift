/// Which of a pool's numbers are given, as far as one instance knows: a bit for each.
///
/// It is only a guess at what is free, which makes that a store is seldom asked for what it does not have; the store decides.
package struct PoolUsage: Sendable {
    private var words: [UInt64]
    private let capacity: Int
    /// Numbers that are being asked for.
    private var asked: Set<Int> = []
    /// Where the last one was found.
    private var last: Int

    /// How many bits are set, those of numbers that are never given among them.
    package private(set) var count = 0

    /// An instance begins anywhere, so that several do not ask for the same.
    package init(_ plan: PoolPlan, begin: Int) {
        capacity = plan.capacity
        words = Array(repeating: 0, count: (plan.capacity + 63) / 64)
        last = begin % max(1, plan.capacity)
        for number in plan.excluded { mark(number) }
        for range in plan.reserved { for number in range { mark(number) } }
    }

    /// Takes note that a number is given.
    package mutating func mark(_ number: Int) {
        guard (0..<capacity).contains(number), words[number / 64] & 1 << UInt64(number % 64) == 0 else { return }
        words[number / 64] |= 1 << UInt64(number % 64)
        count += 1
    }

    /// Takes note that a number is free.
    package mutating func clear(_ number: Int) {
        guard (0..<capacity).contains(number), words[number / 64] & 1 << UInt64(number % 64) != 0 else { return }
        words[number / 64] &= ~(1 << UInt64(number % 64))
        count -= 1
    }

    /// A number that nobody has and nobody here asks for; nil if there is none.
    ///
    /// `release` when it was asked for.
    package mutating func take() -> Int? {
        guard count < capacity else { return nil }
        var candidate = (last + 1) % capacity
        // Once round, a word at a time.
        var left = capacity + 64
        while left > 0 {
            let word = words[candidate / 64] | (1 << UInt64(candidate % 64) - 1)
            let bit = (~word).trailingZeroBitCount
            let number = candidate / 64 * 64 + bit
            if bit == 64 || number >= capacity {
                left -= 64 - candidate % 64
                candidate = (candidate / 64 + 1) * 64
                if candidate >= capacity { candidate = 0 }
                continue
            }
            if asked.insert(number).inserted {
                last = number
                return number
            }
            left -= number - candidate + 1
            candidate = (number + 1) % capacity
        }
        return nil
    }

    /// The store has answered about a number.
    package mutating func release(_ number: Int) { asked.remove(number) }
}
