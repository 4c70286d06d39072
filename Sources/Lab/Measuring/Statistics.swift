import Glibc

/// What can be said of a few measurements.
package enum Statistics {
    /// The quantile `fraction` (0 to 1) of values of which there is at least one, linear between neighbours.
    package static func quantile(_ fraction: Double, of values: [Double]) -> Double {
        precondition(!values.isEmpty && (0...1).contains(fraction), "a quantile is of some values, from 0 to 1")
        let sorted = values.sorted()
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }

    /// The middle value, or the mean of the two in the middle.
    package static func median(_ values: [Double]) -> Double { quantile(0.5, of: values) }

    /// The interval that holds the median with 95 % confidence, by the percentile bootstrap.
    ///
    /// The same values give the same interval: the resampling is seeded.
    package static func medianInterval(_ values: [Double], resamples: Int = 4000) -> ClosedRange<Double> {
        var random = SplitMix(state: 0x41_70_75_73)
        let medians = (0..<resamples).map { _ in
            median((0..<values.count).map { _ in values[Int.random(in: 0..<values.count, using: &random)] })
        }
        return quantile(0.025, of: medians)...quantile(0.975, of: medians)
    }
}

/// A small generator of random numbers that a seed determines (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", 2014).
package struct SplitMix: RandomNumberGenerator {
    package var state: UInt64
    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// One contender beside another: the ratios of paired rounds, and what they allow to say.
package struct Comparison: Equatable, Sendable {
    /// Smaller is better for costs and delays, larger for rates.
    package enum Aim: Sendable { case small, large }

    package enum Verdict: String, Sendable {
        case better, worse, tie
    }

    package let median: Double
    /// Where the median lies with 95 % confidence.
    package let interval: ClosedRange<Double>
    package let verdict: Verdict

    /// Compares our values with another's of the same rounds.
    ///
    /// `noise` is what the ratio is when nothing differs, from `noise(_:_:)`. A median inside it, or an interval that
    /// holds 1, is a tie.
    package init(_ ours: [Double], to theirs: [Double], aim: Aim, noise: ClosedRange<Double>) {
        let ratios = Self.ratios(ours, theirs)
        median = Statistics.median(ratios)
        interval = Statistics.medianInterval(ratios)
        if noise.contains(median) || interval.contains(1) {
            verdict = .tie
        } else {
            verdict = (median < 1) == (aim == .small) ? .better : .worse
        }
    }

    /// The spread of the ratio of two runs of the same program: as far from 1 as any round's was, to either side.
    package static func noise(_ one: [Double], _ other: [Double]) -> ClosedRange<Double> {
        let farthest = ratios(one, other).map { max($0, 1 / $0) }.max() ?? 1
        return 1 / farthest...farthest
    }

    private static func ratios(_ ours: [Double], _ theirs: [Double]) -> [Double] {
        precondition(!ours.isEmpty && ours.count == theirs.count, "rounds are paired")
        return zip(ours, theirs).map { $0 / $1 }
    }
}
