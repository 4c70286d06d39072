/// A random source that a seed determines: xoshiro256**, seeded through SplitMix64 (Blackman and Vigna, 2018).
///
/// It is for simulations, which print their seed when they fail; it is no source of secrets.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What all numbers follow from.
    package let seed: UInt64

    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        self.seed = seed
        var mixer = SplitMix(state: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    package mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// A source of its own for a part of the simulation, so that one part's appetite does not change another's numbers.
    package func branch(_ name: String) -> SeededGenerator {
        // FNV-1a: `Hasher` is seeded anew in each process.
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var mixer = SplitMix(state: seed ^ hash)
        return SeededGenerator(seed: mixer.next())
    }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}

/// SplitMix64, which spreads a seed over many bits.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
