/// What befalls the connections of a simulated network; the default is a network where all goes well, and at once.
package struct Weather: Sendable {
    /// How many octets arrive at one time.
    package var segment = (1 << 20)...(1 << 20)
    /// Octets that fit into one direction of a connection.
    package var capacity = 64 << 10
    /// Nanoseconds that anything takes.
    package var delay: ClosedRange<UInt64> = 0...0
    /// The chance that an attempt to connect is refused.
    package var refusal = 0.0
    /// The chance that an attempt to connect is never answered.
    package var silence = 0.0
    /// The chance that there is no descriptor for an attempt to connect.
    package var shortage = 0.0
    /// The chance that a call has to wait although something could move, or that a write takes only a part.
    package var stall = 0.0

    package init() {}

    /// Small segments, delays, and calls that fail.
    package static var rough: Weather {
        var weather = Weather()
        weather.segment = 1...3000
        weather.capacity = 8 << 10
        weather.delay = 0...20_000_000
        weather.refusal = 0.1
        weather.silence = 0.02
        weather.shortage = 0.03
        weather.stall = 0.1
        return weather
    }
}
