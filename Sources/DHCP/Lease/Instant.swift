/// A point in time on the server's own clock, in nanoseconds.
///
/// It reads about as the time of day does (nanoseconds since 1970), but nobody sets it: while a server runs it goes on with
/// the monotonic clock, and a store keeps how far it is from the time of day, so that neither NTP nor a machine without a
/// battery makes leases end early or late. A conduct is told the time, and never asks.
package struct Instant: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds since 1970, as the server counts.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// So many seconds after 1970; seconds beyond what 64 bits of nanoseconds count are never.
    package init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// It does not come: the end of a lease without one.
    package static let never = Instant(nanoseconds: .max)

    /// Long ago.
    package static let distantPast = Instant(nanoseconds: 0)

    /// Whole seconds since 1970; a part of one is left out.
    package var seconds: Int64 { nanoseconds / 1_000_000_000 }

    /// The same moment, or the next whole second: what stores keep.
    package var wholeSecond: Instant {
        self == .never ? .never : Instant(seconds: (nanoseconds &+ 999_999_999) / 1_000_000_000)
    }

    /// The seconds from `earlier` to here, at least 0, at most what a lifetime can say; `UInt32.max` if here is never.
    ///
    /// A part of a second is left out: a client must not believe that it has longer than we do.
    package func seconds(since earlier: Instant) -> UInt32 {
        guard self != .never else { return .max }
        guard self > earlier else { return 0 }
        return UInt32(clamping: min((nanoseconds - earlier.nanoseconds) / 1_000_000_000, Int64(UInt32.max) - 1))
    }

    /// So many seconds later; `UInt32.max`, which stands for ever in both protocols, gives never.
    package func advanced(bySeconds seconds: UInt32) -> Instant {
        guard self != .never, seconds != .max else { return .never }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(Int64(seconds) * 1_000_000_000)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    /// So many milliseconds later.
    package func advanced(byMilliseconds milliseconds: Int) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(Int64(milliseconds) * 1_000_000)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}
