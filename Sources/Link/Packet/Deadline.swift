/// Until when a call waits.
public struct Deadline: Hashable, Sendable {
    private enum End: Hashable, Sendable { case never, now, at(SuspendingClock.Instant) }

    private let end: End

    /// It waits for ever.
    public static let never = Deadline(end: .never)

    /// It does not wait.
    public static let now = Deadline(end: .now)

    /// So much time from now on, by the system's monotonic clock.
    public static func after(_ duration: Duration) -> Deadline {
        if duration <= .zero { return .now }
        // Beyond a century nobody waits; sums of the clock's instants end somewhere.
        guard duration < .seconds(1 << 32) else { return .never }
        return Deadline(end: .at(SuspendingClock.now + duration))
    }

    /// 0 when it is over, -1 if it never is.
    var nanosecondsLeft: Int {
        switch end {
        case .never: return -1
        case .now: return 0
        case .at(let instant):
            let (seconds, attoseconds) = (instant - SuspendingClock.now).components
            guard seconds >= 0, attoseconds >= 0 else { return 0 }
            return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        }
    }
}
