/// When the next probe may go: credit that grows with time, up to a few milliseconds' worth.
///
/// The clock is the monotonic one; what it stood still for, or was suspended for, gives no burst.
package struct Pace: Sendable {
    /// Probes per second that the user allows; infinite if there is no limit.
    package let ceiling: Double
    /// Probes per second now.
    package private(set) var rate: Double

    private var credit = 1.0
    private var moment: UInt64?

    package init(rate: Double, ceiling: Double) {
        precondition(rate > 0 && ceiling > 0, "a rate is above 0")
        (self.rate, self.ceiling) = (min(rate, ceiling), ceiling)
    }

    /// Sets the rate, kept below the ceiling.
    package mutating func set(_ rate: Double) { self.rate = min(max(rate, 0.01), ceiling) }

    /// How many probes may go now, at most `limit`.
    package mutating func allowance(_ limit: Int, at now: UInt64) -> Int {
        let most = max(1, min(rate * 0.002, 512))
        if let moment, now > moment { credit = min(most, credit + rate * Double(now - moment) / 1e9) }
        if moment == nil || now > moment ?? 0 { moment = now }
        return min(limit, Int(credit))
    }

    /// Takes credit for what was sent.
    package mutating func spend(_ count: Int) { credit -= Double(count) }

    /// When there is credit for one probe.
    package var next: UInt64 {
        let missing = 1 - credit
        return missing <= 0 ? 0 : (moment ?? 0) + UInt64(missing / rate * 1e9) + 1
    }
}
