/// Keeps rounds apart while much comes, as network cards keep their interrupts apart.
///
/// A round, and a sync of the disk, cost the same for one message as for twenty. Where messages come in close succession, each round
/// therefore begins some time after the one before, and takes what has come until then; answers leave in small groups at a steady
/// pace, which the buffers of relay agents hold. Where little comes, nothing is ever waited for.
package struct Cadence {
    /// How far apart rounds begin under load, in nanoseconds.
    package static let period: UInt64 = 500_000

    /// What is load: so many messages within a window, 2,000 a second.
    package static let threshold = 20

    /// How long messages are counted together, in nanoseconds.
    package static let window: UInt64 = 10_000_000

    /// How far apart commits begin under load, in nanoseconds.
    package static let commitPeriod: UInt64 = 1_000_000

    private var lastRound: UInt64 = 0
    private var lastCommit: UInt64 = 0
    private var windowStart: UInt64 = 0
    private var count = 0
    private var previous = 0

    package init() {}

    /// How long to wait until the next round may begin, in nanoseconds.
    package mutating func delay(at now: UInt64) -> UInt64 {
        turn(at: now)
        guard max(count, previous) >= Self.threshold, now &- lastRound < Self.period else { return 0 }
        return Self.period - (now &- lastRound)
    }

    /// Whether the next commit may begin.
    package mutating func mayCommit(at now: UInt64) -> Bool {
        turn(at: now)
        return max(count, previous) < Self.threshold || now &- lastCommit >= Self.commitPeriod
    }

    /// Notes that a commit began at `now`.
    package mutating func noteCommit(at now: UInt64) { lastCommit = now }

    /// Notes that a round began at `now`, and took so many messages.
    package mutating func note(_ messages: Int, at now: UInt64) {
        turn(at: now)
        lastRound = now
        count += messages
    }

    private mutating func turn(at now: UInt64) {
        let passed = now &- windowStart
        guard passed >= Self.window else { return }
        // A window in which nothing was noted leaves nothing to remember.
        (previous, count) = (passed < 2 * Self.window ? count : 0, 0)
        windowStart = now
    }
}
