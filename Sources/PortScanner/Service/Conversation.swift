/// What is said to a service to find out whether it speaks a protocol, and what of itself it tells.
///
/// A value without I/O: the same runs on sockets, through TLS, and under the fuzzer. What comes in is hostile; it is bounded by
/// `limit`, and `receive` is called a bounded number of times.
package protocol Conversation: Sendable {
    /// Whether a datagram is answered from a port of the server's choice, as TFTP's are.
    var isAnsweredFromElsewhere: Bool { get }

    /// What to say once the connection is made; empty to listen.
    mutating func open() -> [UInt8]

    /// Takes all that came since the last `send`.
    mutating func receive(_ octets: [UInt8]) -> ConversationStep

    /// The stream ended, or no more came in time: what `octets` told, if anything.
    mutating func end(_ octets: [UInt8]) -> ServiceIdentity?
}

extension Conversation {
    /// The most octets that are kept of what a service says between two messages of ours.
    package static var limit: Int { conversationLimit }

    package var isAnsweredFromElsewhere: Bool { false }

    package mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { nil }
}

/// The most octets that are kept of what a service says between two messages of ours.
package let conversationLimit = 16 << 10

/// How a conversation goes on.
package enum ConversationStep: Sendable {
    /// What came is not enough to tell.
    case more
    /// Say this, and forget what came.
    case send([UInt8])
    /// The service spoke the protocol, and told this of itself.
    case found(ServiceIdentity)
    /// It speaks, but not this protocol.
    case foreign
    /// It speaks the protocol; more is told on another connection, by this conversation.
    case follow(any Conversation, orElse: ServiceIdentity)
}
