/// How a message's body is delimited (RFC 9112, 6.3).
package enum BodyFraming: BitwiseCopyable, Sendable, Equatable {
    case none
    /// Octets, more than none.
    case length(Int)
    case chunked
    /// A response's body that lasts until the connection ends.
    case untilClose
}

/// A body on its way: what delimits it and how much of it has come.
struct BodyProgress: BitwiseCopyable, Sendable {
    var framing = BodyFraming.none
    var isDone = true
    /// Octets still to come of a body with a length.
    var remaining = 0
    var chunks = ChunkReader()

    init(_ framing: BodyFraming = .none) {
        self.framing = framing
        isDone = framing == .none
        if case .length(let octets) = framing { remaining = octets }
    }
}
