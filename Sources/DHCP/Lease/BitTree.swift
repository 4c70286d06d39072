/// A set of small numbers that finds its next member in a few steps, whatever its size and however full it is.
///
/// It is bitmaps above a bitmap: a bit of each level says whether the word of 64 bits below has any. A set over 262,144 numbers
/// has three levels and takes 33 KiB; each operation touches one word of each level.
package struct BitTree: Sendable {
    /// The numbers that may be in the set are less than this.
    package let capacity: Int

    /// How many are in it.
    package private(set) var count = 0

    /// From the numbers themselves up to a single word.
    private var levels: [[UInt64]]

    /// The most numbers, 2^26: 8 MiB.
    package static let maximumCapacity = 1 << 26

    /// Makes a set of all numbers below `capacity`, or of none.
    package init(capacity: Int, isFull: Bool) {
        precondition((1...Self.maximumCapacity).contains(capacity), "a bit tree has 1 to 2^26 numbers")
        self.capacity = capacity
        levels = []
        var size = capacity
        repeat {
            let words = (size + 63) / 64
            var level = [UInt64](repeating: isFull ? .max : 0, count: words)
            if isFull, size % 64 != 0 { level[words - 1] = (1 << UInt64(size % 64)) - 1 }
            levels.append(level)
            size = words
        } while size > 1
        if isFull { count = capacity }
    }

    /// Whether `number` is in the set.
    package func contains(_ number: Int) -> Bool {
        precondition((0..<capacity).contains(number), "a number is below the capacity")
        return levels[0][number / 64] & 1 << UInt64(number % 64) != 0
    }

    /// Puts `number` in; whether it was not there.
    @discardableResult
    package mutating func insert(_ number: Int) -> Bool {
        guard !contains(number) else { return false }
        var position = number
        for level in levels.indices {
            let word = levels[level][position / 64]
            levels[level][position / 64] = word | 1 << UInt64(position % 64)
            if word != 0 { break }
            position /= 64
        }
        count += 1
        return true
    }

    /// Takes `number` out; whether it was there.
    @discardableResult
    package mutating func remove(_ number: Int) -> Bool {
        guard contains(number) else { return false }
        var position = number
        for level in levels.indices {
            levels[level][position / 64] &= ~(1 << UInt64(position % 64))
            if levels[level][position / 64] != 0 { break }
            position /= 64
        }
        count -= 1
        return true
    }

    /// The first member that is `start` or more, or else the first of all; nil if the set is empty.
    package func next(from start: Int) -> Int? {
        guard count > 0 else { return nil }
        return ascending(from: start) ?? ascending(from: 0)
    }

    private func ascending(from start: Int) -> Int? {
        guard start < capacity else { return nil }
        // Up, until a word has a bit at the place or behind it.
        var (position, level) = (start, 0)
        while true {
            guard position / 64 < levels[level].count else { return nil }
            let rest = levels[level][position / 64] & (UInt64.max << UInt64(position % 64))
            if rest != 0 {
                position = position / 64 * 64 + rest.trailingZeroBitCount
                break
            }
            level += 1
            guard level < levels.count else { return nil }
            position = position / 64 + 1
        }
        // Down, by the first bit of each word.
        while level > 0 {
            level -= 1
            position = position * 64 + levels[level][position].trailingZeroBitCount
        }
        return position
    }
}
