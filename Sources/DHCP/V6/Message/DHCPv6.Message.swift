public import Wire

extension DHCPv6 {
    /// A whole message between client and server, to keep and to change (RFC 8415, 8).
    public struct Message: Equatable, Hashable, Sendable {
        /// What the message is for (msg-type); not a relay agent's.
        public var type: MessageType

        /// What replies are told by: 24 bits (transaction-id).
        public var transactionID: UInt32

        /// The options.
        public var options: Options

        /// Makes a message.
        public init(_ type: MessageType, transactionID: UInt32, options: Options = Options()) {
            self.type = type
            self.transactionID = transactionID
            self.options = options
        }

        /// Reads a message that is all of `octets`.
        public init(reading octets: inout RawSpan) throws(WireError) {
            let view = try MessageView(reading: octets)
            octets = octets.extracting(droppingFirst: octets.byteCount)
            self.init(view)
        }

        /// Copies what `view` shows.
        public init(_ view: borrowing MessageView) {
            type = view.type
            transactionID = view.transactionID
            options = Options(view.options)
        }

        /// How many octets the message takes.
        public var size: Int { MessageView.headerSize + options.size }

        /// Appends the message; it must fit.
        public func write(to octets: inout OutputSpan<UInt8>) {
            precondition(!type.isRelay && type.rawValue != 0, "a relay agent's message has a type of its own")
            precondition(transactionID >> 24 == 0, "a transaction identifier has 24 bits")
            octets.append(uint32: UInt32(type.rawValue) << 24 | transactionID)
            options.write(to: &octets)
        }
    }
}
