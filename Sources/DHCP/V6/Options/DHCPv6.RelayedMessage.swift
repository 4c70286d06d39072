extension DHCPv6 {
    /// The message that a relay agent passes on (RFC 8415, 21.10).
    public struct RelayedMessage: OctetsOption {
        public static var code: OptionCode { .relayMessage }

        /// The message.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "an option has one octet at least")
            self.octets = octets
        }
    }
}
