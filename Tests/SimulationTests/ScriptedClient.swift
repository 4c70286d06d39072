import Simulation

/// A client that sends requests, one after the other or all at once, and compares what comes with what was meant.
struct ScriptedClient {
    /// How it misbehaves.
    enum Mishap: CaseIterable { case reset, leave, stall }

    private var episodes: [Episode]
    private let isPipelining: Bool
    private let mishap: Mishap?
    private var input: [UInt8] = []
    private(set) var isOver = false

    init(_ episodes: [Episode], isPipelining: Bool, mishap: Mishap?) {
        (self.episodes, self.isPipelining, self.mishap) = (episodes, isPipelining, mishap)
    }

    mutating func begin(_ descriptor: Int32, _ network: inout SimulatedNetwork) {
        var octets = isPipelining ? episodes.flatMap(\.request) : episodes[0].request
        switch mishap {
        case .stall: octets.removeLast(octets.count / 2)
        case .reset, .leave: network.wake(descriptor, after: 150_000_000)
        case nil: break
        }
        network.write(descriptor, octets)
    }

    mutating func take(_ news: News, _ descriptor: Int32, _ network: inout SimulatedNetwork, _ ledger: inout Ledger) {
        guard !isOver else { return }
        switch news {
        case .connected: ledger.faults.append("a client was connected to")
        case .received(let octets):
            input += octets
            while !isOver, readAnswer(descriptor, &network, &ledger) {}
        case .ended, .reset:
            ledger.cut += episodes.count
            end(descriptor, &network)
        case .woke:
            ledger.cut += episodes.count
            if mishap == .reset { network.reset(descriptor) }
            end(descriptor, &network)
        }
    }

    private mutating func end(_ descriptor: Int32, _ network: inout SimulatedNetwork) {
        isOver = true
        network.end(descriptor, isDeserted: true)
    }

    /// Compares the next answer; false when it is not whole yet.
    private mutating func readAnswer(
        _ descriptor: Int32, _ network: inout SimulatedNetwork, _ ledger: inout Ledger
    ) -> Bool {
        guard !input.isEmpty else { return false }
        guard let episode = episodes.first else {
            ledger.faults.append("octets came behind the last answer")
            end(descriptor, &network)
            return false
        }
        let message: Message
        switch Message.read(input, isBodyless: episode.method == "HEAD") {
        case .partial: return false
        case .malformed(let what):
            ledger.faults.append("the client of \(episode.number) got a \(what)")
            end(descriptor, &network)
            return false
        case .whole(let whole): message = whole
        }
        input.removeFirst(message.count)
        if message.status >= 400 {
            judgeRefusal(message, &ledger)
        } else {
            guard message.value("x-number") == String(episode.number) else {
                ledger.faults.append("the client of \(episode.number) got another's answer: \(message.line)")
                end(descriptor, &network)
                return false
            }
            if message.status / 100 == 1 { return true }
            let isRight = message.status == (episode.framing == .none ? 204 : 200) && message.body == episode.answer
            if isRight {
                ledger.answered += 1
            } else {
                ledger.faults.append("the answer to \(episode.number) is wrong")
            }
        }
        episodes.removeFirst()
        let isLast = episodes.isEmpty || message.value("connection") == "close"
        if isLast {
            ledger.cut += episodes.count
            // Who has not read a whole head does not know that it was HEAD, and sends a body.
            if !input.isEmpty, episode.method != "HEAD" || message.status < 400 {
                ledger.faults.append("octets came behind the last answer")
            }
            end(descriptor, &network)
        } else if !isPipelining {
            network.write(descriptor, episodes[0].request)
        }
        return true
    }

    private func judgeRefusal(_ message: Message, _ ledger: inout Ledger) {
        let parts = (message.value("proxy-status") ?? "").split(separator: "\"")
        guard parts.count == 2, parts[0].hasPrefix("apus; error=") else {
            return ledger.faults.append("an error without Proxy-Status: \(message.line)")
        }
        ledger.refused[String(parts[1]), default: 0] += 1
    }
}
