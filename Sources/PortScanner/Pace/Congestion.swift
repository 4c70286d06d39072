/// Finds the rate that the network carries, from the share of probes that are answered.
///
/// A sweep's order is random: any stretch of it asks as many open, closed and dead ports as any other. So a stretch that was
/// sent faster and is answered less has met a limit, long before a timeout tells of a single loss.
package struct Congestion: Sendable {
    /// A stretch of first tries, sent at one rate.
    private struct Stretch {
        var first: Int
        var count: Int
        var answered = 0
        var began: UInt64
        var ended: UInt64
    }

    private var stretches: [Stretch] = []
    /// What was sent and answered in stretches that met no limit.
    private var (clean, cleanAnswered) = (0.0, 0.0)
    /// Above this rate growth is careful.
    private var threshold = Double.infinity
    /// Stretches that began before are no reason to slow down again.
    private var lastCut: UInt64 = 0

    /// How often the rate was cut.
    package private(set) var cuts = 0

    private static let (leastCount, leastTime): (Int, UInt64) = (256, 3_000_000)

    package init() {}

    /// A first try went out; positions ascend.
    package mutating func sent(_ position: Int, at now: UInt64) {
        if let last = stretches.indices.last, stretches[last].ended == 0 {
            stretches[last].count = position + 1 - stretches[last].first
            if stretches[last].count >= Self.leastCount, now - stretches[last].began >= Self.leastTime {
                stretches[last].ended = max(now, 1)
            }
        } else {
            stretches.append(Stretch(first: position, count: 1, began: now, ended: 0))
        }
    }

    /// A first try was answered.
    package mutating func answered(_ position: Int) {
        var place = stretches.count - 1
        while place >= 0 {
            let first = stretches[place].first
            if position >= first {
                if position < first + stretches[place].count { stretches[place].answered += 1 }
                return
            }
            place -= 1
        }
    }

    /// Judges stretches whose answers are there, and were taken, and sets the pace by them.
    ///
    /// `excuses` is asked about a stretch that was answered less than expected: whether others than the network are to blame.
    package mutating func judge(
        at now: UInt64, drained: UInt64, settling: UInt64, floor: Double, pace: inout Pace,
        excuses: (_ expected: Double) -> Bool = { _ in false }
    ) {
        while let stretch = stretches.first, stretch.ended > 0, drained >= stretch.ended + settling {
            stretches.removeFirst()
            let (count, answered) = (Double(stretch.count), Double(stretch.answered))
            let share = answered / count
            let achieved = count / (Double(stretch.ended - stretch.began) / 1e9)
            let expected = clean > 0 ? cleanAnswered / clean : share
            // Three standard deviations, and two percent for what networks do.
            let tolerance = 3 * (expected * (1 - expected) / count).squareRoot() + 0.02
            if share < expected - tolerance {
                guard stretch.began >= lastCut, !excuses(expected) else { continue }
                cut(to: max(floor, 0.85 * achieved * share / expected), at: now, &pace)
                continue
            }
            clean += count
            cleanAnswered += answered
            // Where the machine is slower than the rate, a higher one would say nothing.
            guard achieved > 0.7 * pace.rate, stretch.began >= lastCut else { continue }
            pace.set(pace.rate < threshold ? min(2 * pace.rate, max(threshold, pace.rate)) : 1.05 * pace.rate)
        }
    }

    /// This machine lost frames itself: half the rate.
    package mutating func lostHere(at now: UInt64, floor: Double, pace: inout Pace) {
        guard let stretch = stretches.last, now > lastCut + 20_000_000 else { return }
        let span = Double(max(now - stretch.began, 1_000_000)) / 1e9
        cut(to: max(floor, 0.5 * min(pace.rate, Double(stretch.count) / span)), at: now, &pace)
    }

    private mutating func cut(to rate: Double, at now: UInt64, _ pace: inout Pace) {
        cuts += 1
        lastCut = now
        threshold = rate
        pace.set(min(rate, pace.rate))
    }
}
