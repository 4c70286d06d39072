import Simulation

/// A peer that plays steps one after another, and keeps what it gets.
struct FuzzPeer {
    var steps: [FuzzScript.Step] = []
    var received: [UInt8] = []
    /// Octets of `received` that are understood.
    var used = 0
    var hasEnded = false
    /// Its connection broke off, or it let go of it, so that what was under way to it is lost.
    var wasReset = false
    /// It has closed or reset its connection itself.
    var isGone = false
    /// It answers the request at hand already, of which the head alone has come.
    var hasAnsweredHead = false
    /// A protocol was changed, so that anything may come.
    var isTunnel = false
    private var hasEndedItself = false
    private var isWaiting = false

    /// Plays on up to the next pause.
    mutating func play(_ descriptor: Int32, _ network: inout SimulatedNetwork) {
        while !isWaiting, !isGone, !steps.isEmpty {
            switch steps.removeFirst() {
            case .octets(let octets): if !hasEndedItself { network.write(descriptor, octets) }
            case .pause(let nanoseconds):
                isWaiting = true
                network.wake(descriptor, after: nanoseconds)
            case .end:
                hasEndedItself = true
                network.end(descriptor, isDeserted: false)
            case .close:
                isGone = true
                wasReset = true
                network.end(descriptor, isDeserted: true)
            case .reset:
                isGone = true
                wasReset = true
                network.reset(descriptor)
            }
        }
    }

    mutating func take(_ news: News, _ descriptor: Int32, _ network: inout SimulatedNetwork) {
        switch news {
        case .received(let octets): received += octets
        case .woke:
            isWaiting = false
            play(descriptor, &network)
        case .ended:
            hasEnded = true
            if !isGone { network.end(descriptor, isDeserted: true) }
            isGone = true
        case .reset:
            wasReset = true
            isGone = true
        case .connected: break
        }
    }
}
