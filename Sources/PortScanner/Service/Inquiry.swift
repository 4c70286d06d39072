/// How one port is asked what it is: which conversations, when, and what their outcomes mean together.
///
/// A value without I/O. It listens first, for a moment; then several conversations run at once, on a connection each. If TLS is
/// spoken, all begins anew inside of it. A port that says nothing is given up after `budget`.
package struct Inquiry: Sendable {
    package struct Options: Sendable {
        /// Nanoseconds for all that is tried without TLS, and again for what is tried inside.
        package var budget: UInt64 = 1_900_000_000
        /// Nanoseconds for an answer to a conversation that is not at home on the port.
        package var patience: UInt64 = 500_000_000
        /// Nanoseconds before anything is said, so that those who speak first are heard.
        package var headStart: UInt64 = 120_000_000
        /// Conversations at a time.
        package var parallel = 10
        /// Whether ports of printers are asked, which print what they are sent.
        package var asksPrinters = false

        package init() {}
    }

    /// A conversation to be held on a new connection.
    package struct Attempt: Sendable {
        package let number: Int
        package var conversation: any Conversation
        package let layer: Layer
        /// When it is given up, in nanoseconds.
        package let deadline: UInt64
    }

    /// What lies between the connection and the conversation.
    package enum Layer: Equatable, Sendable {
        case none
        /// TLS, offering these protocols.
        case tls(offering: [String])
        /// A handshake of TLS and nothing inside.
        case handshake(offering: [String])
    }

    /// How an attempt ended.
    package enum Outcome: Sendable {
        case found(ServiceIdentity)
        case follow(any Conversation, orElse: ServiceIdentity)
        /// The handshake succeeded: what the server showed.
        case encrypted(CertificateSummary)
        /// It said something else, or nothing: what it said.
        case foreign([UInt8])
        /// It ended the connection without a word.
        case closed
        /// No connection was made.
        case unreachable
    }

    /// Nanoseconds after which a server that takes few connections of one client has given up those that were closed.
    private static let recovery: UInt64 = 100_000_000
    /// How often, in all, a conversation is begun anew because its connection was not made.
    private static let repeatLimit = 12

    private enum Task { case greeting, handshake, entry(ProbeCatalogue.Entry), follow(any Conversation) }

    package let port: UInt16
    package let kind: ProbeProtocol
    private let host: String
    private let options: Options
    private var waiting: [Task] = []
    private var running: [Int: Task] = [:]
    private var number = 0
    private var began: UInt64
    private var saysFirst = true
    private var certificate: CertificateSummary?
    private var provisional: ServiceIdentity?
    private var heard: [UInt8] = []
    private var closings = 0
    private var attempts = 0
    private var repeats = 0
    /// Conversations at a time: fewer once a connection was not made.
    private var width: Int
    /// Nothing is begun before.
    private var pausedUntil: UInt64 = 0
    private var isSingled = false
    package private(set) var isFinished = false

    /// What the port is; nil if nothing is known of it.
    package private(set) var verdict: ServiceIdentity?

    package init(_ kind: ProbeProtocol, port: UInt16, host: String, options: Options, at now: UInt64) {
        (self.kind, self.port, self.host, self.options, began) = (kind, port, host, options, now)
        width = kind == .udp ? 16 : options.parallel
        guard options.asksPrinters || kind == .udp || !ProbeCatalogue.printers.contains(port) else {
            waiting = [.greeting]
            return
        }
        let entries = ProbeCatalogue.order(kind, port: port, isInTLS: false).map { Task.entry($0) }
        // HTTP and TLS are on half of all ports: they go along with what is at home.
        waiting = kind == .udp ? entries : [.greeting, .handshake] + entries
    }

    /// The next conversation to begin, if there is one now.
    package mutating func next(at now: UInt64) -> Attempt? {
        guard !isFinished else { return nil }
        guard now < began + options.budget, now >= pausedUntil else { return nil }
        guard !waiting.isEmpty, running.count < width else { return nil }
        if kind != .udp, number > 0, saysFirst, now < began + options.headStart { return nil }
        let task = waiting.removeFirst()
        defer { number += 1 }
        attempts += 1
        running[number] = task
        let whole = began + options.budget
        switch task {
        case .greeting:
            return Attempt(number: number, conversation: GreetingConversation(), layer: layer([]), deadline: whole)
        case .handshake:
            return Attempt(
                number: number, conversation: GreetingConversation(), layer: .handshake(offering: ["h2", "http/1.1"]),
                deadline: whole)
        case .follow(let conversation):
            return Attempt(number: number, conversation: conversation, layer: layer(["http/1.1"]), deadline: whole)
        case .entry(let entry):
            let isAtHome = entry.ports.contains(port) || entry.name == "http" || kind == .udp
            return Attempt(
                number: number, conversation: entry.make(host), layer: layer(entry.name == "http" ? ["http/1.1"] : []),
                deadline: isAtHome ? whole : min(whole, now + options.patience))
        }
    }

    private func layer(_ protocols: [String]) -> Layer {
        certificate == nil ? .none : .tls(offering: protocols)
    }

    /// When to look again, if nothing ends before.
    package func wake(after now: UInt64) -> UInt64 {
        if now < pausedUntil { return pausedUntil }
        if saysFirst, number > 0, now < began + options.headStart { return began + options.headStart }
        return began + options.budget
    }

    /// An attempt ended.
    package mutating func finish(_ number: Int, _ outcome: Outcome, at now: UInt64) {
        guard let task = running.removeValue(forKey: number), !isFinished else { return }
        if singles(outcome, at: now) { return }
        switch outcome {
        case .found(let identity): take(identity)
        case .follow(let conversation, let identity):
            provisional = identity
            waiting.insert(.follow(conversation), at: 0)
        case .encrypted(let summary):
            enter(summary, at: now)
        case .foreign(let octets):
            if octets.count > heard.count { heard = octets }
        case .closed: closings += 1
        case .unreachable: postpone(task)
        }
        if case .greeting = task { saysFirst = false }
        // What was taken on probation stands once nothing that could overrule it is under way.
        if case .follow = task, let provisional, !isFinished { conclude(provisional) }
        if !isFinished, certificate == nil, let provisional, provisional.confidence < .spoken, !mayBeEncrypted {
            conclude(provisional)
        }
        if !isFinished, running.isEmpty, waiting.isEmpty { giveUp() }
    }

    /// A connection was not made: a server with a short queue lets few wait (xrdp two), and drops the others' SYN.
    private mutating func postpone(_ task: Task) {
        guard repeats < Self.repeatLimit else { return }
        repeats += 1
        width = min(width, 2)
        waiting.insert(task, at: 0)
    }

    /// A server of IRC takes few connections of one client, and answers the words of other protocols, as one of RDP does: it is
    /// asked once more, alone.
    private mutating func singles(_ outcome: Outcome, at now: UInt64) -> Bool {
        let identity: ServiceIdentity
        let conversation: any Conversation
        switch outcome {
        case .found(let found) where found.name == "irc" && found.product == nil:
            (identity, conversation) = (found, IRCConversation())
        case .foreign(let octets) where IRCConversation.isReply(octets):
            (identity, conversation) = (ServiceIdentity("irc"), IRCConversation())
        case .foreign(let octets) where RDPConversation.isRefusal(octets):
            (identity, conversation) = (ServiceIdentity("ms-wbt-server"), RDPConversation())
        default: return false
        }
        guard !isSingled else { return false }
        isSingled = true
        provisional = identity
        running = [:]
        waiting = [.follow(conversation)]
        (pausedUntil, saysFirst) = (now + Self.recovery, false)
        return true
    }

    /// Whether every connection but the next is of no use any more.
    package var isAlone: Bool { isSingled && running.isEmpty && !isFinished }

    /// Ends the inquiry if its time is over.
    package mutating func tick(at now: UInt64) {
        if !isFinished, now >= began + options.budget { giveUp() }
    }

    private var mayBeEncrypted: Bool {
        (running.values + waiting).contains { if case .handshake = $0 { true } else { false } }
    }

    private mutating func take(_ identity: ServiceIdentity) {
        if identity.confidence < .spoken, certificate == nil, mayBeEncrypted {
            provisional = identity
        } else {
            conclude(identity)
        }
    }

    /// All begins anew, inside of TLS.
    private mutating func enter(_ summary: CertificateSummary, at now: UInt64) {
        certificate = summary
        provisional = nil
        heard = []
        (began, saysFirst) = (now, false)
        running = [:]
        let entries = ProbeCatalogue.order(.tcp, port: port, isInTLS: true).map { Task.entry($0) }
        waiting = [.greeting] + entries
    }

    private mutating func conclude(_ identity: ServiceIdentity) {
        var identity = identity
        if let certificate {
            identity.isEncrypted = true
            identity.certificate = certificate
        }
        verdict = identity
        isFinished = true
        (waiting, running) = ([], [:])
    }

    private mutating func giveUp() {
        if let provisional {
            conclude(provisional)
        } else if certificate != nil {
            var identity = ServiceIdentity(heard.isEmpty ? "tls" : "unknown")
            if !heard.isEmpty { identity.banner = Sanitizer.escaped(heard) }
            conclude(identity)
        } else if !heard.isEmpty {
            var identity = ServiceIdentity("unknown", .resembled)
            identity.banner = Sanitizer.escaped(heard)
            conclude(identity)
        } else if closings > 0, closings == attempts {
            // A wrapper, or a server that takes other clients only, ends each connection without a word.
            conclude(ServiceIdentity("tcpwrapped", .resembled))
        }
        isFinished = true
        (waiting, running) = ([], [:])
    }
}
