import Linux

/// One connection between the proxy and a peer: two bounded queues, and what the proxy has not been told yet.
struct SimulatedConnection {
    enum State { case connecting, open, refused }

    var state: State
    /// The name under which the proxy wants to hear of it; nil before it watches.
    var token: UInt64?

    // From the peer to the proxy.
    /// Octets under way.
    var transit: [UInt8] = []
    /// Octets that the proxy can receive.
    var arrived: [UInt8] = []
    /// The peer has ended its direction, behind what is under way.
    var isEnding = false
    /// The end has arrived.
    var hasEnded = false
    /// The peer's reset has arrived.
    var isReset = false
    /// Nobody is there any more to take what the proxy sends.
    var isDeserted = false
    var isArrivalPlanned = false
    var arrivedTotal = 0

    // From the proxy to the peer.
    /// Octets that the peer has not taken yet.
    var sent: [UInt8] = []
    var sentTotal = 0
    /// The proxy could not send all it had, so it is told when there is room.
    var isBlocked = false
    var isEndedByProxy = false
    var isClosedByProxy = false
    var isResetByProxy = false
    var isTakingPlanned = false
    /// How the peer takes, if not as the weather says: so many octets at one time, so long after the last ones.
    var taking: (most: Int, delay: UInt64)?
    var isEndTold = false
}

/// What a peer of the proxy learns.
package enum News: Sendable {
    /// The proxy's attempt to connect to an address has succeeded.
    case connected(port: UInt16)
    case received([UInt8])
    /// The proxy has ended its direction in good order.
    case ended
    /// The proxy's connection was cut, and what it had sent is not whole.
    case reset
    /// The time is over for which the peer wanted to wait.
    case woke
}
