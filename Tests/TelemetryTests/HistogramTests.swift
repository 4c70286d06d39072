import Testing

import Telemetry

@Suite("Histogram")
struct HistogramTests {
    @Test func `buckets follow one another without gap, and each is at most a sixteenth wide`() {
        var previous: UInt64 = 0
        for bucket in 0..<Histogram.bucketCount {
            let end = Histogram.end(of: bucket)
            #expect(end > previous)
            #expect(Histogram.bucket(of: end) == bucket)
            #expect(Histogram.bucket(of: previous + 1) == bucket)
            if bucket >= 16 { #expect((end - previous) * 16 <= previous) }
            previous = end
        }
        #expect(previous == Histogram.limit)
        #expect(Histogram.bucket(of: 0) == 0)
        #expect(Histogram.bucket(of: .max) == Histogram.bucketCount - 1)
    }

    @Test func `quantiles are never too small, and too large by at most a sixteenth`() {
        let histogram = Histogram()
        var random = SystemRandomNumberGenerator()
        // Spread over all magnitudes up to 100 s, as latencies are.
        var durations = (0..<20_000).map { _ in
            UInt64.random(in: 0..<100_000_000_000, using: &random) >> UInt64.random(in: 0..<30, using: &random)
        }
        for duration in durations { histogram.record(nanoseconds: duration) }
        durations.sort()
        let snapshot = histogram.snapshot()
        for share in [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = durations[max(1, Int((share * 20_000).rounded(.up))) - 1]
            let found = snapshot.quantile(share) ?? 0
            #expect(
                found >= exact && Double(found) <= max(1, Double(exact) * 1.0625), "\(share): \(found) for \(exact)")
        }
        #expect(snapshot.quantile(1) == durations.last)
        #expect(snapshot.sum == durations.reduce(0, +))
        #expect(snapshot.count == 20_000)
    }

    @Test func `an empty histogram has no quantile`() {
        #expect(Histogram().snapshot().quantile(0.5) == nil)
    }

    @Test func `a merge is what one histogram would have counted`() {
        let (left, right, both) = (Histogram(), Histogram(), Histogram())
        for index in 0..<1_000 as Range<UInt64> {
            (index % 3 == 0 ? left : right).record(nanoseconds: index * index)
            both.record(nanoseconds: index * index)
        }
        var merged = left.snapshot()
        merged.merge(right.snapshot())
        #expect(merged == both.snapshot())
    }

    @Test func `a difference is what was counted in between`() {
        let (histogram, later) = (Histogram(), Histogram())
        histogram.record(nanoseconds: 5_000_000_000)
        let before = histogram.snapshot()
        #expect(histogram.snapshot().since(before).quantile(1) == nil)
        for duration in [1_000, 2_000, 1 << 20] as [UInt64] {
            histogram.record(nanoseconds: duration)
            later.record(nanoseconds: duration)
        }
        #expect(histogram.snapshot().since(before) == later.snapshot())
    }

    @Test func `durations beyond the limit count, and the longest is kept exactly`() {
        let histogram = Histogram()
        histogram.record(nanoseconds: 500_000_000_000)
        #expect(histogram.snapshot().quantile(0.5) == 500_000_000_000)
        #expect(histogram.snapshot().count == 1)
    }

    @Test func `counts up to a power of two are exact`() {
        let histogram = Histogram()
        for duration in 1...5_000 as ClosedRange<UInt64> { histogram.record(nanoseconds: duration) }
        for exponent in 0...12 { #expect(histogram.snapshot().count(upTo: 1 << exponent) == 1 << exponent) }
        #expect(histogram.snapshot().count(upTo: 1 << 13) == 5_000)
    }
}
