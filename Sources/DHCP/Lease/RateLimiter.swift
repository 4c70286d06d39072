/// Lets each of many senders do so much in a second, in memory that is reserved once.
///
/// Senders share a cell if their hashes fall into one, which a sender cannot aim at: the hash has a seed of the process. So
/// a flood of invented senders costs nothing but what is in its cells, and a sender that keeps to the limit is at worst
/// limited along with one that does not.
package struct RateLimiter: Sendable {
    private struct Cell: Sendable {
        var allowance: Int64
        var time: Instant
    }

    private var cells: [Cell]
    private let period: Int64
    private let burst: Int64

    /// Allows `rate` in a second, and `burst` at once; `cells` is a power of two.
    package init(rate: Int, burst: Int, cells: Int = 65_536) {
        precondition(rate > 0 && burst > 0, "a limit allows something")
        precondition(cells > 0 && cells & (cells - 1) == 0, "a power of two")
        period = 1_000_000_000 / Int64(rate)
        self.burst = Int64(burst) * period
        self.cells = Array(repeating: Cell(allowance: self.burst, time: .distantPast), count: cells)
    }

    /// Counts one for the sender of `hash`; whether it is within the limit.
    package mutating func allow(hash: Int, at now: Instant) -> Bool {
        let index = hash & (cells.count - 1)
        // A clock that was set back gives nothing, and takes nothing.
        let elapsed = max(0, min(now.nanoseconds &- cells[index].time.nanoseconds, burst))
        cells[index].time = now
        cells[index].allowance = min(burst, cells[index].allowance + elapsed)
        guard cells[index].allowance >= period else { return false }
        cells[index].allowance -= period
        return true
    }
}
