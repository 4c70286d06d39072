/// When to try a connection again: at once, then later each time, and never all at the same moment.
public struct Reconnection: Sendable {
    /// The shortest wait after a failure.
    public let shortest: Duration
    /// The longest.
    public let longest: Duration
    private var wait: Duration
    private var random: UInt64

    /// Makes one; `seed` decides how waits differ from those of others.
    public init(shortest: Duration = .milliseconds(50), longest: Duration = .seconds(2), seed: UInt64) {
        precondition(shortest > .zero && longest >= shortest, "waits are positive")
        self.shortest = shortest
        self.longest = longest
        wait = shortest
        random = seed
    }

    /// A connection failed or ended: how long to wait, three quarters to all of what doubles each time.
    public mutating func failed() -> Duration {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let share = 768 + Int(random >> 56)
        let now = wait * share / 1024
        wait = min(wait * 2, longest)
        return now
    }

    /// A connection was of use: the next failure waits shortly again.
    public mutating func succeeded() {
        wait = shortest
    }
}
