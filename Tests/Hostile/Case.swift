/// Octets that a proxy may meet, and what it is to do with them.
package struct Case: Sendable {
    /// What a client or a backend does, in order.
    package enum Step: Equatable, Sendable {
        case octets([UInt8])
        /// Time in which nothing is sent.
        case wait(milliseconds: Int)
        /// Until something that was received holds these octets (clients alone).
        case until([UInt8])
        /// Ends its direction.
        case end
        /// Ends the connection.
        case close
        case reset
    }

    /// How binding the rule is that a case stands for.
    package enum Level: String, Sendable {
        /// The RFC leaves no choice.
        case must
        /// The RFC leaves a choice, and the case says which one is ours.
        case may
    }

    /// What is to come of the octets.
    package enum Outcome: Equatable, Sendable {
        /// All of it is forwarded and answered.
        case forwarded
        /// Answered by the proxy itself, with nothing at the backend.
        case answered
        /// Refused, with nothing at the backend.
        case refused(status: Int, reason: String)
        /// Refused after a head went on: no whole request at the backend.
        case refusedLate(status: Int, reason: String)
        /// The backend's answer is refused.
        case faulted(status: Int, reason: String)
        /// The answer had begun, and breaks off.
        case cut
        /// The connection ends without an answer.
        case dropped
    }

    /// A request as the backend is to see it.
    package struct Request: Equatable, Sendable {
        package var method: String
        package var target: String
        package var host: String
        package var body: [UInt8] = []
        /// Field lines that must be there, and names that must not.
        package var has: [String] = []
        package var lacks: [String] = []
    }

    /// An answer as the client is to see it.
    package struct Answer: Equatable, Sendable {
        package var status: Int
        package var body: [UInt8]?
        package var has: [String] = []
        package var lacks: [String] = []
    }

    package var name: String
    /// The file it stands in, without its ending.
    package var file: String
    package var line: Int
    package var level = Level.must
    /// Where the rule stands, such as `RFC 9112, 5.1`.
    package var source = ""
    /// The rule in our words.
    package var rule = ""
    package var client: [Step] = []
    /// Nil for the plain answer that names the target.
    package var backend: [Step]?
    /// Whether the backend answers as soon as it has a head.
    package var isEarly = false
    package var outcome = Outcome.forwarded
    package var requests: [Request] = []
    /// All answers, interim ones too; with `refused` and `faulted` their own answer is the last and not listed.
    package var answers: [Answer] = []
    /// Whether the client's connection is to end, or to stay; nil for what the outcome says.
    package var closes: Bool?
    /// What the backend gets, and the client gets back, once a protocol is changed.
    package var tunnel: [UInt8]?
    /// Whether the backend's connection must not be used again.
    package var isSpent = false
    /// Whether another proxy may also forward it, if it closes the connection behind the answer.
    package var mayForwardAndClose = false
    /// Whether it means what it says only if the client's octets come in one piece.
    package var isWhole = false

    /// Whether the client's connection ends.
    package var isClosing: Bool {
        if let closes { return closes }
        switch outcome {
        case .forwarded, .answered, .faulted: return false
        case .refused, .refusedLate, .cut, .dropped: return true
        }
    }

    /// All that the client sends.
    package var sent: [UInt8] {
        client.flatMap { step -> [UInt8] in
            if case .octets(let octets) = step { octets } else { [] }
        }
    }

    /// Whether nothing but octets is sent, so that they may be cut anywhere.
    package var isDivisible: Bool {
        client.count == 1 && sent.count <= 700 && !isWhole && (outcome != .dropped)
    }

    /// Answers that end an exchange, and how many octets of a body they may have.
    package var finalAnswers: Int {
        let listed = answers.count { $0.status >= 200 || $0.status == 101 }
        switch outcome {
        case .forwarded, .answered, .cut: return listed
        case .refused, .refusedLate, .faulted: return listed + 1
        case .dropped: return listed
        }
    }
}
