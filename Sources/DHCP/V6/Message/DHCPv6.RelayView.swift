public import Wire

extension DHCPv6 {
    /// A relay agent's message, in the memory it was received in (RFC 8415, 9).
    public struct RelayView: ~Escapable {
        /// The octets before the options.
        public static let headerSize = 34

        /// How many relay agents' messages may lie in one another: what RFC 3315 let relay agents do; RFC 8415 lowered
        /// it to 8, which is for them to keep.
        public static let nestingLimit = 32

        /// Towards a server, or back.
        public let type: MessageType

        /// How many relay agents passed it on before (hop-count).
        public let hopCount: UInt8

        /// An address on the client's link, or `::` (link-address).
        public let linkAddress: IPv6Address

        /// Whom the message came from, or goes to (peer-address).
        public let peerAddress: IPv6Address

        /// The options.
        public let options: OptionsView

        /// Reads a relay agent's message that is all of `octets`.
        @_lifetime(copy octets)
        public init(reading octets: RawSpan) throws(WireError) {
            var rest = octets
            let header = try rest.take(Self.headerSize, for: .dhcpv6Relay)
            type = MessageType(rawValue: header.uint8(at: 0))
            guard type.isRelay else { throw .malformed(.dhcpv6Relay, field: "msg-type") }
            hopCount = header.uint8(at: 1)
            linkAddress = header.ipv6Address(at: 2)
            peerAddress = header.ipv6Address(at: 18)
            options = try OptionsView(reading: rest)
        }

        /// The message inside, a relay agent's or not; nil if there is none.
        public var relayedMessage: RawSpan? {
            @_lifetime(copy self)
            get { options.value(of: .relayMessage) }
        }
    }

    /// Whether `octets` begin like a relay agent's message.
    public static func isRelayed(_ octets: RawSpan) -> Bool {
        !octets.isEmpty && MessageType(rawValue: octets.uint8(at: 0)).isRelay
    }
}

extension Layer {
    /// A relay agent's DHCPv6 message.
    public static var dhcpv6Relay: Layer { Layer("DHCPv6 relay") }
}
