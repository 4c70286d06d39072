package import Synchronization

/// How often which duration was seen, in fixed memory, written by one thread and readable by all.
///
/// Buckets are log-linear: 16 to each doubling, so a bucket is at most 1/16 (6.25 %) of its values wide, and every
/// power of two is a bucket's end, which makes Prometheus's coarser buckets exact. Durations above
/// `Histogram.limit` (137 s) count in the last bucket. As for `Counters`, only one thread may record.
@safe package final class Histogram: Sendable {
    /// The last bucket's end in nanoseconds.
    package static let limit: UInt64 = 1 << 37

    @usableFromInline package static let bucketCount = 34 * 16

    // Behind the buckets: the sum of all durations, and the longest. Sendable holds as it does in `Counters`.
    @usableFromInline nonisolated(unsafe) package let cells: UnsafeMutablePointer<Atomic<UInt64>>

    package init() {
        unsafe cells = .cacheAligned(count: Self.bucketCount + 2)
    }

    deinit {
        unsafe cells.deallocate()
    }

    /// Counts one duration; only for the writing thread.
    @inlinable @inline(__always)
    package func record(nanoseconds: UInt64) {
        let bucket = unsafe cells + Self.bucket(of: nanoseconds)
        unsafe bucket.pointee.store(bucket.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        let sum = unsafe cells + Self.bucketCount
        unsafe sum.pointee.store(sum.pointee.load(ordering: .relaxed) &+ nanoseconds, ordering: .relaxed)
        let longest = unsafe cells + (Self.bucketCount + 1)
        if unsafe longest.pointee.load(ordering: .relaxed) < nanoseconds {
            unsafe longest.pointee.store(nanoseconds, ordering: .relaxed)
        }
    }

    /// What has been counted so far, for any thread, as a value.
    package func snapshot() -> HistogramSnapshot {
        var snapshot = HistogramSnapshot()
        for index in 0..<Self.bucketCount {
            unsafe snapshot.counts[index] = cells[index].load(ordering: .relaxed)
        }
        unsafe snapshot.sum = cells[Self.bucketCount].load(ordering: .relaxed)
        unsafe snapshot.longest = cells[Self.bucketCount + 1].load(ordering: .relaxed)
        return snapshot
    }

    /// The bucket whose `(previous end, end]` holds a duration.
    @inlinable @inline(__always)
    package static func bucket(of nanoseconds: UInt64) -> Int {
        // Less one, so that a bucket's end belongs to it, as Prometheus's `le` demands; 0 shares the first bucket.
        let value = min(nanoseconds, limit) &- (nanoseconds == 0 ? 0 : 1)
        if value < 16 { return Int(truncatingIfNeeded: value) }
        let shift = 59 &- value.leadingZeroBitCount
        return (shift &+ 1) &* 16 &+ Int(truncatingIfNeeded: (value &>> UInt64(shift)) & 15)
    }

    /// The largest duration that a bucket holds.
    package static func end(of bucket: Int) -> UInt64 {
        precondition((0..<bucketCount).contains(bucket), "a bucket's index is below the count")
        if bucket < 16 { return UInt64(bucket) + 1 }
        return UInt64(bucket % 16 + 17) << UInt64(bucket / 16 - 1)
    }
}

/// A histogram's state as a value, which can be merged with those of other threads and asked for quantiles.
package struct HistogramSnapshot: Equatable, Sendable {
    /// How many durations fell into each bucket; the ends are `Histogram.end(of:)`.
    package var counts = [UInt64](repeating: 0, count: Histogram.bucketCount)

    /// The sum of all durations in nanoseconds, wrapping after 584 years.
    package var sum: UInt64 = 0

    /// The longest duration in nanoseconds, even where it lies beyond `Histogram.limit`.
    package var longest: UInt64 = 0

    package init() {}

    /// How many durations were counted.
    package var count: UInt64 { counts.reduce(0, &+) }

    /// Counts one duration, where the value itself is kept, such as behind a lock.
    package mutating func record(nanoseconds: UInt64) {
        counts[Histogram.bucket(of: nanoseconds)] &+= 1
        sum &+= nanoseconds
        longest = max(longest, nanoseconds)
    }

    /// Adds what another thread counted.
    package mutating func merge(_ other: HistogramSnapshot) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sum &+= other.sum
        longest = max(longest, other.longest)
    }

    /// What has been counted since `earlier` was taken of the same histogram.
    ///
    /// The longest of only that time is not known, so it is bounded by the highest bucket in use.
    package func since(_ earlier: HistogramSnapshot) -> HistogramSnapshot {
        var difference = self
        for index in counts.indices { difference.counts[index] &-= earlier.counts[index] }
        difference.sum &-= earlier.sum
        let highest = difference.counts.lastIndex { $0 > 0 }
        if let highest, highest < Histogram.bucketCount - 1 {
            difference.longest = min(longest, Histogram.end(of: highest))
        } else if highest == nil {
            difference.longest = 0
        }
        return difference
    }

    /// The duration in nanoseconds that a share of all, from 0 to 1, did not exceed; nil while nothing was counted.
    ///
    /// It is never too small, and too large by at most 6.25 %.
    package func quantile(_ share: Double) -> UInt64? {
        precondition((0...1).contains(share), "a quantile is a share from 0 to 1")
        let count = count
        guard count > 0 else { return nil }
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for index in counts.indices {
            seen &+= counts[index]
            if seen >= rank {
                return index == Histogram.bucketCount - 1 ? longest : min(Histogram.end(of: index), longest)
            }
        }
        return longest
    }

    /// How many durations were at most a power of two of nanoseconds long, as Prometheus's `le` counts.
    package func count(upTo nanoseconds: UInt64) -> UInt64 {
        precondition(nanoseconds.nonzeroBitCount == 1 && nanoseconds < Histogram.limit, "buckets end at powers of two")
        return counts[...Histogram.bucket(of: nanoseconds)].reduce(0, &+)
    }
}
