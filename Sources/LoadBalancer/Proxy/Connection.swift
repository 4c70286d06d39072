import Linux
import Reactor

/// One socket of the proxy, to a client or to a backend, with all that is known of it.
///
/// It is trivial, so that it lies in a slab; the two sides of an exchange refer to each other by place.
struct Connection: BitwiseCopyable {
    enum Role: UInt8, BitwiseCopyable { case client, upstream }

    enum Phase: UInt8, BitwiseCopyable {
        /// A client between two requests; a backend's connection that waits in the pool.
        case idle
        /// A client of whose request's head a part has come.
        case head
        /// A request is under way.
        case exchange
        /// A connection to a backend that is being made.
        case connecting
        /// A TLS handshake with a backend.
        case handshaking
        /// A tunnel's or TCP stream's side.
        case relay
        /// The answer is whole, and its last octets wait to be sent; the connection ends behind them.
        case closing
        /// The answer is sent; what the client still sends is thrown away, so that no reset overtakes it.
        case lingering
        /// Closed; the place is given back when all events at hand are worked off.
        case closed
    }

    struct Flags: OptionSet, BitwiseCopyable {
        let rawValue: UInt16
        /// A read may yield something.
        static let canRead = Flags(rawValue: 1 << 0)
        /// A write may move something.
        static let canWrite = Flags(rawValue: 1 << 1)
        /// The peer has ended its direction, so reads go on until the end is seen.
        static let isEnding = Flags(rawValue: 1 << 2)
        /// The end has been read.
        static let hasEnded = Flags(rawValue: 1 << 3)
        /// Our direction has been ended.
        static let endedWriting = Flags(rawValue: 1 << 4)
        /// The connection has carried a whole exchange before.
        static let isReused = Flags(rawValue: 1 << 6)
        /// It waits for another turn in this round.
        static let isQueued = Flags(rawValue: 1 << 7)
        /// Broken in both directions.
        static let isBroken = Flags(rawValue: 1 << 8)
        /// A client whose forwarded fields are believed.
        static let isTrusted = Flags(rawValue: 1 << 9)
    }

    var descriptor: Int32
    var role: Role
    var phase: Phase
    var flags: Flags = [.canWrite]
    /// The other side's place; -1 without one.
    var peer: Int32 = -1
    /// The listener it came from (clients), or the server it goes to, over all pools (backends).
    var index: Int32
    /// Octets that were received and not yet used.
    var input = Buffer()
    /// Octets that wait to be sent.
    var output = Buffer()
    var exchange = Exchange()
    var client = ClientAddress()
    /// The TLS session of a backend's connection (`SSL *`); nil for plain ones.
    var session: TLSSession?
    /// Neighbours among a server's idle connections.
    var previousIdle: Int32 = -1
    var nextIdle: Int32 = -1
    /// When it became idle.
    var idleSince: UInt64 = 0
    /// Reads in a row that filled the memory they were given.
    var fullReads: UInt8 = 0
    /// The pipe from this side to the peer; -1 without one.
    var pipe: Int32 = -1

    init(descriptor: Int32, role: Role, phase: Phase, index: Int32) {
        (self.descriptor, self.role, self.phase, self.index) = (descriptor, role, phase, index)
    }
}

/// A request and its answer, kept at the client's connection.
struct Exchange: BitwiseCopyable {
    struct Flags: OptionSet, BitwiseCopyable {
        let rawValue: UInt16
        /// The request's head has been sent to a backend.
        static let isSent = Flags(rawValue: 1 << 0)
        /// A part of the request's body has been sent to a backend.
        static let bodyBegan = Flags(rawValue: 1 << 1)
        /// The answer's head has come from the backend.
        static let hasHead = Flags(rawValue: 1 << 2)
        /// Something of the answer went to the client.
        static let isAnswered = Flags(rawValue: 1 << 3)
        /// The client's connection may carry another request.
        static let isPersistent = Flags(rawValue: 1 << 4)
        /// The backend's connection may carry another request.
        static let keepsUpstream = Flags(rawValue: 1 << 5)
        /// The client offers to change protocols.
        static let offersUpgrade = Flags(rawValue: 1 << 6)
        /// The client speaks HTTP/1.0.
        static let isHTTP10 = Flags(rawValue: 1 << 7)
        /// A retry on a fresh connection has been used up.
        static let isRetried = Flags(rawValue: 1 << 8)
        /// Counted as in flight at its server.
        static let isCounted = Flags(rawValue: 1 << 9)
        /// An octet of the answer has come.
        static let hasOctets = Flags(rawValue: 1 << 10)
        /// The answer is sent as chunks although the backend sends none.
        static let isChunkedByUs = Flags(rawValue: 1 << 11)
        /// The answer's chunks are sent as plain octets, to an HTTP/1.0 client.
        static let isUnchunked = Flags(rawValue: 1 << 12)
    }

    var flags: Flags = []
    var method = RequestHead.Method.other
    var reason = Reason.none
    var status: UInt16 = 0
    var attempts: UInt8 = 0
    /// When the request's head was complete.
    var start: UInt64 = 0
    /// The head as the backend gets it, for a second try and for the log.
    var record = Buffer()
    /// Octets of the method's name and of the target in the record, and where the Host field's value lies in it.
    var methodCount: Int32 = 0
    var targetCount: Int32 = 0
    var hostCount: Int32 = 0
    var pool: Int32 = -1
    /// Over all pools; -1 before one is chosen.
    var server: Int32 = -1
    var request = BodyProgress()
    var response = BodyProgress()
    var received: UInt64 = 0
    var sent: UInt64 = 0
    /// When the whole exchange must be over, in nanoseconds of the monotonic clock.
    var end = UInt64.max
    /// Octets of the request's body since its deadline was set, and when the last of them came.
    var pace: Int32 = 0
    var lastPiece: UInt64 = 0
    /// Octets of the answer that the client had not taken when that was last looked at; -1 before.
    var untaken: Int32 = -1
    var requestID: UInt64 = 0
    var requestIDTail: UInt64 = 0
}
