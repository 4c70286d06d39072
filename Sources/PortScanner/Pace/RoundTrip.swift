/// How long answers take, and how long silence is waited for (RFC 6298, with bounds of the scan's own).
package struct RoundTrip: Sendable {
    /// Nanoseconds, smoothed, and their deviation; nil before the first sample.
    package private(set) var smoothed: UInt64?
    private var deviation: UInt64 = 0
    /// The longest that an answer took of late.
    package private(set) var longest: UInt64 = 0

    /// The least and the greatest timeout.
    package let bounds: ClosedRange<UInt64>
    private let initial: UInt64

    /// Starts without samples; until there is one, the timeout is `initial`.
    package init(initial: UInt64, bounds: ClosedRange<UInt64>) {
        (self.initial, self.bounds) = (initial, bounds)
    }

    /// Adds the time that an answer took; answers tell which try they answer, so that every one counts.
    package mutating func add(_ sample: UInt64) {
        // An answer that a host sent again after a second must not slow everything that follows.
        longest = max(longest - longest / 64, sample)
        guard let old = smoothed else {
            (smoothed, deviation) = (sample, sample / 2)
            return
        }
        let distance = old > sample ? old - sample : sample - old
        deviation = deviation - deviation / 4 + distance / 4
        smoothed = old - old / 8 + sample / 8
    }

    /// After so long a probe has no answer.
    ///
    /// Hosts of one sweep differ, so the slowest answer counts beside the mean, up to half as much again.
    package var timeout: UInt64 {
        guard let smoothed else { return min(max(initial, bounds.lowerBound), bounds.upperBound) }
        return min(max(smoothed + 4 * deviation, longest + longest / 2, bounds.lowerBound), bounds.upperBound)
    }

    /// When nearly all answers are there: a receive ring hands its blocks over up to a tick of the kernel late.
    package var settling: UInt64 { 12_000_000 + 2 * max(smoothed ?? initial / 4, 1) + 4 * deviation }
}
