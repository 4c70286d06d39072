import Linux

/// Until when a call waits.
public struct Deadline: Hashable, Sendable {
    /// On the system's monotonic clock, in nanoseconds; the greatest value is never.
    let time: UInt64

    /// It waits for ever.
    public static let never = Deadline(time: .max)

    /// It does not wait.
    public static let now = Deadline(time: 0)

    /// So much time from now on.
    public static func after(_ duration: Duration) -> Deadline {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0, seconds < 1 << 32 else { return seconds < 0 ? .now : .never }
        return Deadline(time: Clock.monotonic + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
    }

    /// 0 when it is over, -1 if it never is.
    var nanosecondsLeft: Int {
        if self == .never { return -1 }
        let now = Clock.monotonic
        return time > now ? Int(clamping: time - now) : 0
    }
}
