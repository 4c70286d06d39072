/// How many probes or answers get lost, told by those that are answered only when tried again.
///
/// Each class of answers has its own estimate: a rate limit on resets, or on ICMP errors, loses those and no others.
package struct LossEstimate: Sendable {
    private var first: [3 of Int] = .init(repeating: 0)
    private var later: [3 of Int] = .init(repeating: 0)

    package init() {}

    /// A probe was answered for the first time, by try `attempt`; answers to the first try that come late are no loss.
    package mutating func add(_ kind: Evidence.Class, attempt: UInt8) {
        if attempt == 0 { first[kind.rawValue] += 1 } else { later[kind.rawValue] += 1 }
    }

    /// Probes that were answered only by a later try.
    package var losses: Int { later[0] + later[1] + later[2] }

    /// The share of tries of a class that get no answer though there is one.
    ///
    /// A little is assumed before anything is seen: one in a hundred.
    package func loss(_ kind: Evidence.Class) -> Double {
        let (first, later) = (Double(first[kind.rawValue]), Double(later[kind.rawValue]))
        return (later + 0.05) / (first + later + 5)
    }

    /// How many silent ports are expected to be called silent wrongly after so many tries.
    package func expectedErrors(after tries: Int) -> Double {
        var sum = 0.0
        for kind in Evidence.Class.allCases {
            let count = Double(first[kind.rawValue] + later[kind.rawValue])
            sum += count * Self.power(loss(kind), tries)
        }
        return sum
    }

    /// After how many tries silence is believed: at most one port in twenty sweeps is wrong, up to `most`.
    package func triesWanted(least: Int, most: Int) -> Int {
        var tries = least
        while tries < most, expectedErrors(after: tries) > 0.05 { tries += 1 }
        return tries
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent { result *= base }
        return result
    }
}
