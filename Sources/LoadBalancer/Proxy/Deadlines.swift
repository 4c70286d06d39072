/// A configuration's times in nanoseconds, made once: reading a `Duration` takes divisions of 128 bits.
struct Deadlines: Sendable {
    let head: UInt64
    let body: UInt64
    let idle: UInt64
    let connect: UInt64
    let response: UInt64
    let tunnel: UInt64

    init(_ timeouts: Configuration.Timeouts) {
        head = timeouts.head.nanoseconds
        body = timeouts.body.nanoseconds
        idle = timeouts.idle.nanoseconds
        connect = timeouts.connect.nanoseconds
        response = timeouts.response.nanoseconds
        tunnel = timeouts.tunnel.nanoseconds
    }
}
