import Reactor
import Testing

private let tick = TimerWheel.tick
private let hour: UInt64 = 3_600_000_000_000

@Suite("Timer wheel")
struct TimerWheelTests {
    /// Runs a wheel as a loop does, sleeping as long as it says, and returns when each place came.
    private func run(_ wheel: inout TimerWheel, from start: UInt64, until end: UInt64) -> [(place: Int32, at: UInt64)] {
        var now = start
        var fired: [(Int32, UInt64)] = []
        while now < end {
            now += min(wheel.wait(from: now, most: 10 * hour), end - now)
            while let place = wheel.next(at: now) { fired.append((place, now)) }
        }
        return fired
    }

    /// Deadlines next to the borders of slots and wheels, in ticks from the start.
    private static let borders: [UInt64] = [
        0, 1, 2, 62, 63, 64, 65, 127, 128, 4031, 4032, 4094, 4095, 4096, 4097, 4160, 8191, 8192,
        262_143, 262_144, 262_145, 524_288, 4_000_000,
    ]

    @Test(arguments: [0, 1, 63, 64, 4095, 4096, 262_143, 123_456_789] as [UInt64])
    func `no deadline is early, and none later than two ticks, across all borders`(startTick: UInt64) throws {
        let start = startTick * tick + 12345
        for border in Self.borders {
            for offset: UInt64 in [0, 1, tick / 2, tick - 12345, tick - 1] {
                var wheel = try TimerWheel(capacity: 1, now: start)
                let deadline = start + border * tick + offset
                wheel.set(0, to: deadline)
                let fired = run(&wheel, from: start, until: deadline + 10 * tick)
                try #require(fired.count == 1, "tick \(border) + \(offset)")
                #expect(fired[0].at >= deadline, "tick \(border) + \(offset)")
                #expect(fired[0].at < deadline + 2 * tick, "tick \(border) + \(offset)")
            }
        }
    }

    @Test func `a deadline that has passed is due at once`() throws {
        let now = 1000 * tick
        var wheel = try TimerWheel(capacity: 1, now: now)
        wheel.set(0, to: 3 * tick)
        #expect(wheel.wait(from: now, most: hour) <= 2 * tick)
        #expect(wheel.next(at: now + 2 * tick) == 0)
        #expect(wheel.next(at: now + 2 * tick) == nil)
    }

    @Test func `a deadline moved later comes once, then`() throws {
        var wheel = try TimerWheel(capacity: 1, now: 0)
        wheel.set(0, to: 10 * tick)
        wheel.set(0, to: 500 * tick)
        wheel.set(0, to: 5000 * tick)
        let fired = run(&wheel, from: 0, until: 20_000 * tick)
        #expect(fired.count == 1)
        #expect(fired.first.map { (5000 * tick..<5002 * tick).contains($0.at) } == true)
    }

    @Test func `a deadline moved earlier comes once, then`() throws {
        var wheel = try TimerWheel(capacity: 1, now: 0)
        wheel.set(0, to: 5000 * tick)
        wheel.set(0, to: 10 * tick)
        let fired = run(&wheel, from: 0, until: 20_000 * tick)
        #expect(fired.count == 1)
        #expect(fired.first.map { (10 * tick..<12 * tick).contains($0.at) } == true)
    }

    @Test func `a deadline taken back does not come`() throws {
        var wheel = try TimerWheel(capacity: 2, now: 0)
        wheel.set(0, to: 10 * tick)
        wheel.set(1, to: 10 * tick)
        wheel.cancel(0)
        wheel.cancel(0)
        #expect(run(&wheel, from: 0, until: 100 * tick).map(\.place) == [1])
        #expect(wheel.wait(from: 100 * tick, most: hour) == hour)
    }

    @Test func `what is due may be changed while others are handed out`() throws {
        var wheel = try TimerWheel(capacity: 3, now: 0)
        for place: Int32 in 0..<3 { wheel.set(place, to: 10 * tick) }
        let maybeFirst = wheel.next(at: 12 * tick)
        let first = try #require(maybeFirst)
        let others = [0, 1, 2].filter { $0 != first }
        wheel.cancel(others[0])
        wheel.set(others[1], to: 90 * tick)
        #expect(wheel.next(at: 12 * tick) == nil)
        wheel.set(first, to: 50 * tick)
        #expect(run(&wheel, from: 12 * tick, until: 200 * tick).map(\.place) == [first, others[1]])
    }

    @Test func `the farthest deadlines are clipped to the wheels' span`() throws {
        var wheel = try TimerWheel(capacity: 1, now: 0)
        wheel.set(0, to: 100 * hour)
        let fired = run(&wheel, from: 0, until: 101 * hour)
        #expect(fired.count == 1)
        #expect(fired.first.map { $0.at > 37 * hour && $0.at < 38 * hour } == true)
    }

    @Test(arguments: 1...8)
    func `agrees with a sorted list over simulated hours`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var now = UInt64.random(in: 0..<hour, using: &random)
        let end = now + 5 * hour
        var wheel = try TimerWheel(capacity: 200, now: now)
        var model: [Int32: UInt64] = [:]
        var fired = 0
        while now < end {
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int32.random(in: 0..<200, using: &random)
                if UInt8.random(in: 0..<5, using: &random) == 0 {
                    wheel.cancel(place)
                    model[place] = nil
                } else {
                    let ranges: [UInt64] = [tick, 100 * tick, 10_000 * tick, hour, 3 * hour]
                    let range = ranges.randomElement(using: &random) ?? 1
                    model[place] = now + UInt64.random(in: 0..<range, using: &random)
                    wheel.set(place, to: model[place] ?? 0)
                }
            }
            let bounds: [UInt64] = [tick, 50 * tick, hour / 60]
            let most = bounds.randomElement(using: &random) ?? 1
            let wait = wheel.wait(from: now, most: most)
            try #require(wait <= most)
            now += max(wait, 1)
            while let place = wheel.next(at: now) {
                let was = model.removeValue(forKey: place)
                let deadline = try #require(was, "seed \(seed): not set, or came twice")
                try #require(deadline <= now, "seed \(seed): early")
                try #require(now < deadline + 2 * tick, "seed \(seed): late by \(now - deadline)")
                fired += 1
            }
            let next = model.values.min() ?? .max
            try #require(next > now || now - next < 2 * tick, "seed \(seed): overslept")
        }
        #expect(fired > 1000)
    }
}
