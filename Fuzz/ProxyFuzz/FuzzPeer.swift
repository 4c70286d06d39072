import Simulation

/// A peer that plays steps one after another, and keeps what it gets.
struct FuzzPeer {
    var steps: [FuzzScript.Step] = []
    var received: [UInt8] = []
    /// Octets that it has sent, and where in them its marks lie.
    private var written = 0
    var marks: [Int: Int] = [:]
    /// Where in `received` the requests begin, and whose they are; nil for who cannot be told yet.
    var requests: [(start: Int, client: Int?)] = []
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
            case .octets(let octets): write(octets, descriptor, &network)
            case .mark:
                // As many octets each time, so that lengths can be right.
                let number = 1_000_000 + Int(descriptor % 1000) * 1000 + marks.count % 1000
                marks[number] = written
                write(FuzzScript.mark + "\(number)~".utf8, descriptor, &network)
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

    private mutating func write(_ octets: [UInt8], _ descriptor: Int32, _ network: inout SimulatedNetwork) {
        guard !hasEndedItself else { return }
        written += octets.count
        network.write(descriptor, octets)
    }

    /// The request that begins where all before is understood is this client's.
    mutating func note(_ client: Int?) {
        if requests.last?.start == used {
            requests[requests.count - 1].client = client ?? requests[requests.count - 1].client
        } else {
            requests.append((used, client))
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
