/// SipHash-2-4: a hash that only the holder of its key can foretell (Aumasson and Bernstein, 2012).
///
/// It makes the cookies that true answers carry back, and the keys of the order in which probes go out.
package struct KeyedHash: Hashable, Sendable {
    /// What only its holder knows.
    package let (key0, key1): (UInt64, UInt64)

    /// Takes a key of 128 bits.
    package init(key: (UInt64, UInt64)) { (key0, key1) = key }

    /// Takes a key that nobody knows, from the system's generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(key: (generator.next(), generator.next()))
    }

    /// The hash of eight octets.
    @inline(__always)
    package func callAsFunction(_ word: UInt64) -> UInt64 {
        var state = State(key0, key1)
        state.absorb(word)
        return state.finish(octets: 8)
    }

    /// The hash of sixteen octets.
    package func callAsFunction(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var state = State(key0, key1)
        state.absorb(first)
        state.absorb(second)
        return state.finish(octets: 16)
    }

    /// The hash of an address and a word beside it, 24 octets.
    package func callAsFunction(_ address: UInt128, _ word: UInt64) -> UInt64 {
        var state = State(key0, key1)
        state.absorb(UInt64(truncatingIfNeeded: address >> 64))
        state.absorb(UInt64(truncatingIfNeeded: address))
        state.absorb(word)
        return state.finish(octets: 24)
    }

    private struct State {
        var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64)

        @inline(__always)
        init(_ key0: UInt64, _ key1: UInt64) {
            // "somepseudorandomlygeneratedbytes", as the paper has it.
            a = key0 ^ 0x736F_6D65_7073_6575
            b = key1 ^ 0x646F_7261_6E64_6F6D
            c = key0 ^ 0x6C79_6765_6E65_7261
            d = key1 ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func absorb(_ word: UInt64) {
            d ^= word
            round()
            round()
            a ^= word
        }

        @inline(__always)
        mutating func finish(octets: UInt64) -> UInt64 {
            absorb(octets << 56)
            c ^= 0xFF
            round()
            round()
            round()
            round()
            return a ^ b ^ c ^ d
        }

        @inline(__always)
        private mutating func round() {
            a &+= b
            b = b &<< 13 | b &>> 51
            b ^= a
            a = a &<< 32 | a &>> 32
            c &+= d
            d = d &<< 16 | d &>> 48
            d ^= c
            a &+= d
            d = d &<< 21 | d &>> 43
            d ^= a
            c &+= b
            b = b &<< 17 | b &>> 47
            b ^= c
            c = c &<< 32 | c &>> 32
        }
    }
}
