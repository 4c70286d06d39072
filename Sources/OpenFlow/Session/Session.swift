public import Wire

/// A controller's side of a connection to a switch, without the connection.
///
/// It takes what came and what time it is, and says what to send and what was learnt. Times are durations since any fixed
/// moment. It negotiates the version, asks for the switch's features, answers echoes, sends them when nothing comes, and
/// pairs replies and errors with what they answer. See ``commit(_:at:)`` for bundles.
public struct Session: Sendable {
    /// How long it waits.
    public struct Settings: Sendable {
        /// After so long without a message an echo is sent; after as long again the connection is given up.
        public var probeInterval: Duration = .seconds(5)
        /// How long an answer may take.
        public var replyTimeout: Duration = .seconds(10)
        /// The most parts of a multipart reply.
        public var partsLimit = 4096

        /// Makes settings with the values said at each.
        public init() {}
    }

    /// What to do, or what was learnt.
    public enum Action: Equatable, Sendable {
        case send([UInt8])
        /// The connection may be used.
        case ready(FeaturesReply)
        /// What was asked has its answer.
        case answered(Ticket, Answer)
        /// The switch says something by itself.
        case event(Message.Body)
        /// The connection is no use any more.
        case close(Reason)
    }

    /// Names what was asked.
    public struct Ticket: Hashable, Sendable {
        let number: UInt32
    }

    /// What came of it.
    public enum Answer: Equatable, Sendable {
        /// The replies: one, or the parts of one.
        case replies([Message.Body])
        /// It was done; there is nothing to say about it.
        case done
        /// It was refused, and of a bundle nothing was done.
        case refused([Refusal])
    }

    /// An error, and what it is about.
    public struct Refusal: Equatable, Sendable {
        /// The change's place among those that were asked for; nil if the error is about them all.
        public var index: Int?
        public var error: ErrorMessage

        /// Makes a refusal.
        public init(index: Int?, error: ErrorMessage) {
            self.index = index
            self.error = error
        }
    }

    /// Why a connection is no use.
    public enum Reason: Equatable, Sendable {
        /// The switch does not speak OpenFlow 1.4.
        case version
        case malformed(WireError)
        /// A message that may not come now.
        case unexpected(MessageType)
        /// Nothing came for too long.
        case silent
        /// An answer did not come in time.
        case unanswered
        /// A reply has too many parts, or a request too many errors.
        case excess
    }

    enum State: Sendable { case idle, hello, features, ready, closed }

    let settings: Settings
    private(set) var state = State.idle
    private var buffer = FrameBuffer()
    var transaction: UInt32 = 0
    var pending = Pending()
    private var lastReceived = Duration.zero
    private var probe: Duration?

    /// Makes a session; `firstTransaction` begins the count, so that those of two connections differ.
    public init(_ settings: Settings = Settings(), firstTransaction: UInt32 = 0) {
        self.settings = settings
        transaction = firstTransaction
    }

    /// Whether the version is agreed on and the switch is known.
    public var isReady: Bool { state == .ready }

    /// The connection is there.
    public mutating func connect(at now: Duration) -> [Action] {
        precondition(state == .idle, "a session is one connection's")
        state = .hello
        lastReceived = now
        return [.send(Message(transaction: nextTransaction(), .hello(Hello(versions: [.openFlow14]))).octets)]
    }

    /// Octets came.
    public mutating func receive(_ octets: [UInt8], at now: Duration) -> [Action] {
        guard state != .idle, state != .closed else { return [] }
        buffer.append(octets)
        var actions: [Action] = []
        do throws(WireError) {
            while state != .closed, let (header, octets) = try buffer.next() {
                lastReceived = now
                probe = nil
                actions += try take(header, octets, at: now)
            }
        } catch {
            actions += close(.malformed(error))
        }
        return actions
    }

    /// Time passed.
    public mutating func tick(at now: Duration) -> [Action] {
        guard state != .idle, state != .closed else { return [] }
        if let deadline = pending.deadline, now >= deadline { return close(.unanswered) }
        if let sent = probe {
            return now >= sent + settings.probeInterval ? close(.silent) : []
        }
        guard now >= lastReceived + settings.probeInterval else { return [] }
        probe = now
        // Before hellos are exchanged nothing else may be sent.
        guard state != .hello else { return [] }
        return [.send(Message(transaction: nextTransaction(), .echoRequest([])).octets)]
    }

    /// When `tick` has something to do next, if nothing comes before; nil when closed.
    public var deadline: Duration? {
        guard state != .idle, state != .closed else { return nil }
        let quiet = (probe ?? lastReceived) + settings.probeInterval
        return pending.deadline.map { min($0, quiet) } ?? quiet
    }

    mutating func nextTransaction() -> UInt32 {
        // Switches use 0 for what they say by themselves.
        transaction = transaction == .max ? 1 : transaction + 1
        return transaction
    }

    mutating func close(_ reason: Reason) -> [Action] {
        state = .closed
        return [.close(reason)]
    }

    private mutating func take(_ header: Header, _ octets: [UInt8], at now: Duration) throws(WireError) -> [Action] {
        if state == .hello { return try negotiate(header, octets) }
        let message = try Message(readingAll: octets.span.octets, .openFlowMessage)
        switch message.body {
        case .echoRequest(let data):
            return [.send(Message(transaction: message.transaction, .echoReply(data)).octets)]
        case .echoReply, .hello: return []
        case .featuresReply(let features) where state == .features:
            state = .ready
            return [.ready(features)]
        case .error(let error): return refuse(error, message.transaction, at: now)
        default: break
        }
        guard state == .ready else { return close(.unexpected(header.type)) }
        return answer(message, at: now)
    }

    private mutating func negotiate(_ header: Header, _ octets: [UInt8]) throws(WireError) -> [Action] {
        guard header.type == .hello else {
            return header.type == .error ? close(.version) : close(.unexpected(header.type))
        }
        let message = try Message(readingAll: octets.span.octets, .openFlowMessage)
        guard case .hello(let hello) = message.body, hello.offers(.openFlow14) ?? (header.version >= .openFlow14) else {
            let error = ErrorMessage(.helloIncompatible, about: Array("OpenFlow 1.4 is spoken here".utf8))
            return [.send(Message(transaction: message.transaction, .error(error)).octets)] + close(.version)
        }
        state = .features
        return [.send(Message(transaction: nextTransaction(), .featuresRequest).octets)]
    }
}
