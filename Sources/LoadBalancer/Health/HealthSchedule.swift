/// When which server is checked: once in each interval, with jitter, and at most so many at one time.
///
/// The jitter keeps the checks of many servers, and of many load balancers in front of the same servers, apart.
package struct HealthSchedule<Generator: RandomNumberGenerator> {
    /// The most checks under way at one time.
    package static var limit: Int { 64 }

    /// Checks under way.
    package private(set) var running = 0

    private struct Entry {
        let server: Int
        let interval: UInt64
        var due: UInt64
        var isRunning = false
    }

    private var entries: [Entry]
    private var random: Generator

    /// Plans the first checks: all within a fifth of a second, or of the interval if that is shorter.
    ///
    /// - Parameters:
    ///   - intervals: Each checked server's index and interval in nanoseconds.
    ///   - now: Nanoseconds of the monotonic clock.
    ///   - random: Where jitter comes from.
    package init(intervals: [(server: Int, interval: UInt64)], now: UInt64, random: Generator) {
        var random = random
        entries = intervals.map { server, interval in
            let first = now + UInt64.random(in: 0...min(interval, 200_000_000), using: &random)
            return Entry(server: server, interval: interval, due: first)
        }
        self.random = random
    }

    /// A server whose check is to be started now; nil when there is none, or enough are under way.
    package mutating func start(at now: UInt64) -> Int? {
        guard running < Self.limit else { return nil }
        // The one that has waited longest goes first, so that none is starved when the limit holds them up.
        let idle = entries.indices.filter { !entries[$0].isRunning }
        guard let place = idle.min(by: { entries[$0].due < entries[$1].due }), entries[place].due <= now else {
            return nil
        }
        entries[place].isRunning = true
        running += 1
        let interval = entries[place].interval
        entries[place].due = now + interval - interval / 10 + UInt64.random(in: 0...interval / 5, using: &random)
        return entries[place].server
    }

    /// Notes that a server's check is over.
    package mutating func finish(_ server: Int) {
        guard let place = entries.firstIndex(where: { $0.server == server && $0.isRunning }) else {
            preconditionFailure("a check that is over was started")
        }
        entries[place].isRunning = false
        running -= 1
    }

    /// When a check is due next; nil when all are under way, or as many as may be.
    package var next: UInt64? {
        guard running < Self.limit else { return nil }
        return entries.lazy.filter { !$0.isRunning }.map(\.due).min()
    }
}
