/// A keyed order of the numbers below a count: every one once, and none to be foretold without the key.
///
/// It is a Feistel network over the least power of two that holds the count; a number that falls outside walks on until
/// it falls inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). Both directions cost constant
/// time and no memory.
package struct Permutation: Sendable {
    /// How many numbers there are.
    package let count: UInt64

    private let lowBits: UInt64
    private let (lowMask, highMask): (UInt64, UInt64)
    private let keys: [6 of UInt64]

    /// The order that `hash` keys; `count` is 1 to 2^62.
    package init(count: UInt64, hash: KeyedHash) {
        precondition(count > 0 && count <= 1 << 62, "an order is one of at least one number, and at most 2^62")
        self.count = count
        // At least two bits, so that there are two halves to mix.
        let bits = UInt64(max(2, 64 - (count - 1).leadingZeroBitCount))
        lowBits = bits / 2
        lowMask = 1 << lowBits - 1
        highMask = 1 << (bits - lowBits) - 1
        keys = .init { hash(UInt64($0), count) }
    }

    /// The number that comes at `position`.
    @inline(__always)
    package func callAsFunction(_ position: UInt64) -> UInt64 {
        precondition(position < count, "a position lies below the count")
        var value = position
        repeat { value = forward(value) } while value >= count
        return value
    }

    /// Where `number` comes.
    @inline(__always)
    package func position(of number: UInt64) -> UInt64 {
        precondition(number < count, "a number lies below the count")
        var value = number
        repeat { value = backward(value) } while value >= count
        return value
    }

    @inline(__always)
    private func forward(_ value: UInt64) -> UInt64 {
        var (low, high) = (value & lowMask, value &>> lowBits)
        low ^= Self.mix(high, keys[0]) & lowMask
        high ^= Self.mix(low, keys[1]) & highMask
        low ^= Self.mix(high, keys[2]) & lowMask
        high ^= Self.mix(low, keys[3]) & highMask
        low ^= Self.mix(high, keys[4]) & lowMask
        high ^= Self.mix(low, keys[5]) & highMask
        return high &<< lowBits | low
    }

    @inline(__always)
    private func backward(_ value: UInt64) -> UInt64 {
        var (low, high) = (value & lowMask, value &>> lowBits)
        high ^= Self.mix(low, keys[5]) & highMask
        low ^= Self.mix(high, keys[4]) & lowMask
        high ^= Self.mix(low, keys[3]) & highMask
        low ^= Self.mix(high, keys[2]) & lowMask
        high ^= Self.mix(low, keys[1]) & highMask
        low ^= Self.mix(high, keys[0]) & lowMask
        return high &<< lowBits | low
    }

    /// The round function: a multiplication spreads each bit upwards, the shift brings the good ones down.
    @inline(__always)
    private static func mix(_ value: UInt64, _ key: UInt64) -> UInt64 {
        let product = (value ^ key) &* 0x9E37_79B9_7F4A_7C15
        return ((product ^ product &>> 32) &* 0xD6E8_FEB8_6659_FD93) &>> 31
    }
}
