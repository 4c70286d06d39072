import Simulation

/// What happened in a simulation, as far as both sides have to agree on it.
struct Ledger {
    var episodes: [Int: Episode] = [:]
    /// How often a request's head reached a backend.
    var heads: [Int: Int] = [:]
    /// Whose answers were right and whole, came from the proxy itself, or broke off.
    var answered = 0
    var refused: [String: Int] = [:]
    var cut = 0
    /// Octets of answers that went through a pipe.
    var spliced = 0
    /// What must not happen.
    var faults: [String] = []
}

/// A server that reads requests and answers as their episodes say.
struct ScriptedBackend {
    private var input: [UInt8] = []
    /// The request whose head has been seen and that is not answered.
    private var current: Int?
    private var isOver = false

    mutating func take(_ news: News, _ descriptor: Int32, _ network: inout SimulatedNetwork, _ ledger: inout Ledger) {
        switch news {
        case .connected: break
        case .received(let octets):
            input += octets
            read(descriptor, &network, &ledger)
        case .ended, .reset:
            // What is left must be the beginning of a request that was given up.
            isOver = true
            network.end(descriptor, isDeserted: true)
        case .woke: answer(descriptor, &network, &ledger)
        }
    }

    private mutating func read(_ descriptor: Int32, _ network: inout SimulatedNetwork, _ ledger: inout Ledger) {
        guard !isOver else { return }
        switch Message.read(input, isBodyless: false) {
        case .malformed(let what): ledger.faults.append("a backend got a \(what)")
        case .partial(let head): if let head { see(head, isWhole: false, descriptor, &network, &ledger) }
        case .whole(let message):
            input.removeFirst(message.count)
            see(message, isWhole: true, descriptor, &network, &ledger)
            if !input.isEmpty { ledger.faults.append("a backend got octets behind a request") }
        }
    }

    private mutating func see(
        _ message: Message, isWhole: Bool, _ descriptor: Int32, _ network: inout SimulatedNetwork,
        _ ledger: inout Ledger
    ) {
        let words = message.line.split(separator: " ")
        guard words.count == 3, let number = Int(words[1].dropFirst()), let episode = ledger.episodes[number],
            words[0] == episode.method
        else { return ledger.faults.append("a backend got \(message.line)") }
        if current != number {
            if current != nil { ledger.faults.append("a backend got \(number) before it had answered") }
            current = number
            ledger.heads[number, default: 0] += 1
            switch episode.mishap {
            case .closeBefore:
                isOver = true
                return network.end(descriptor, isDeserted: true)
            case .resetBefore:
                isOver = true
                return network.reset(descriptor)
            case .answerEarly where !isWhole: network.wake(descriptor, after: 0)
            default: break
            }
        }
        guard isWhole else { return }
        if message.body != episode.body { ledger.faults.append("the body of \(number) reached a backend changed") }
        network.wake(descriptor, after: episode.thought)
    }

    private mutating func answer(_ descriptor: Int32, _ network: inout SimulatedNetwork, _ ledger: inout Ledger) {
        guard !isOver, let number = current, let episode = ledger.episodes[number] else { return }
        current = nil
        switch episode.mishap {
        case .silence:
            isOver = true
            return
        case .resetWithin:
            isOver = true
            network.write(descriptor, episode.beginning)
            return network.reset(descriptor)
        case .closeWithin where episode.framing != .untilClose:
            isOver = true
            network.write(descriptor, episode.beginning)
            return network.end(descriptor, isDeserted: true)
        case .garbage:
            isOver = true
            return network.write(descriptor, Array("SSH-2.0-server\r\n\r\n".utf8))
        case .badChunk where episode.framing == .chunked && episode.method != "HEAD":
            isOver = true
            let head = "HTTP/1.1 200 Yes\r\nX-Number: \(number)\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
            return network.write(descriptor, Array(head.utf8))
        default: network.write(descriptor, episode.response + episode.stray)
        }
        if episode.framing == .untilClose || episode.mishap == .closeAfter || episode.mishap == .answerEarly {
            isOver = true
            network.end(descriptor, isDeserted: episode.mishap != .answerEarly)
        }
    }
}
