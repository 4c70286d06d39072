import Testing

import LoadBalancer

@Suite("Health schedule")
struct HealthScheduleTests {
    /// The same numbers in every run.
    private struct Fixed: RandomNumberGenerator {
        var state: UInt64 = 7
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    /// When each check starts over `seconds`, in milliseconds, where each takes `duration` milliseconds.
    private func play(
        servers: Int, interval: UInt64, duration: UInt64, seconds: UInt64
    ) -> (starts: [Int: [UInt64]], mostRunning: Int) {
        var schedule = HealthSchedule(
            intervals: (0..<servers).map { ($0, interval * 1_000_000) }, now: 0, random: Fixed())
        var (starts, ends, most) = ([Int: [UInt64]](), [UInt64: [Int]](), 0)
        for now in 0..<seconds * 1_000 {
            for server in ends.removeValue(forKey: now) ?? [] { schedule.finish(server) }
            while let server = schedule.start(at: now * 1_000_000) {
                starts[server, default: []].append(now)
                ends[now + duration, default: []].append(server)
            }
            most = max(most, schedule.running)
        }
        return (starts, most)
    }

    @Test func `each server is checked once in an interval, give or take a tenth`() {
        let (starts, _) = play(servers: 20, interval: 1_000, duration: 5, seconds: 20)
        #expect(starts.count == 20)
        for times in starts.values {
            #expect(times[0] <= 200)
            for (first, second) in zip(times, times.dropFirst()) { #expect((899...1_102).contains(second - first)) }
        }
    }

    @Test func `checks of many servers do not march in step`() {
        let (starts, _) = play(servers: 50, interval: 1_000, duration: 5, seconds: 30)
        let last = starts.values.compactMap { $0.last { $0 < 29_000 } }.map { $0 / 100 }
        #expect(Set(last).count >= 5, "they are spread over \(Set(last).count) tenths of a second")
    }

    @Test func `only so many run at one time, and none is starved`() {
        let (starts, most) = play(servers: 300, interval: 100, duration: 50, seconds: 10)
        #expect(most == HealthSchedule<Fixed>.limit)
        let counts = starts.values.map(\.count)
        #expect(starts.count == 300 && (counts.min() ?? 0) * 2 > counts.max() ?? 0)
    }

    @Test func `a check that takes longer than the interval is not started twice`() {
        let (starts, most) = play(servers: 1, interval: 100, duration: 1_000, seconds: 5)
        #expect(most == 1 && starts[0]?.count == 5)
    }
}
