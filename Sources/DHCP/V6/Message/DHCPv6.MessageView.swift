public import Wire

extension DHCPv6 {
    /// A message between client and server, in the memory it was received in (RFC 8415, 8).
    ///
    /// Nothing is allocated, but what an option's own type holds.
    public struct MessageView: ~Escapable {
        /// The octets before the options.
        public static let headerSize = 4

        /// What the message is for (msg-type).
        public let type: MessageType

        /// What replies are told by: 24 bits (transaction-id).
        public let transactionID: UInt32

        /// The options.
        public let options: OptionsView

        /// Reads a message that is all of `octets`, and is not a relay agent's.
        @_lifetime(copy octets)
        public init(reading octets: RawSpan) throws(WireError) {
            var rest = octets
            let header = try rest.take(Self.headerSize, for: .dhcpv6)
            type = MessageType(rawValue: header.uint8(at: 0))
            guard !type.isRelay, type.rawValue != 0 else { throw .malformed(.dhcpv6, field: "msg-type") }
            transactionID = header.uint32(at: 0) & 0xFF_FFFF
            options = try OptionsView(reading: rest)
        }
    }
}

extension Layer {
    /// A DHCPv6 message between client and server.
    public static var dhcpv6: Layer { Layer("DHCPv6") }
}
