import Glibc

/// The system's clocks in nanoseconds.
package enum Clock {
    /// Since some point in the past, never set back (`CLOCK_MONOTONIC`).
    package static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

    /// Since 1970, as set by people and NTP (`CLOCK_REALTIME`).
    package static var real: UInt64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        // The call fills the structure, which is on our stack.
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
