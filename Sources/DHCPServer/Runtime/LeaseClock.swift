import DHCP
import Linux

/// The clock that leases are counted by: it goes on with the monotonic clock, whatever is done to the time of day.
///
/// How far it is from the time of day is kept in the store, so that a restart goes on where it was. It never begins before the
/// last time that the store knows of: a machine without a battery starts in 1970.
struct LeaseClock: Sendable {
    private let base: Int64

    /// Goes on with an offset that was stored, and not before `latest`.
    init(offset: Int64?, latest: Instant) {
        let now = Int64(Clock.real) &+ (offset ?? 0)
        let start = max(now, latest == .never ? now : latest.nanoseconds)
        base = start &- Int64(Clock.monotonic)
    }

    var now: Instant { Instant(nanoseconds: base &+ Int64(Clock.monotonic)) }

    /// How far the clock is from the time of day now, in nanoseconds.
    var offset: Int64 { now.nanoseconds &- Int64(Clock.real) }
}
