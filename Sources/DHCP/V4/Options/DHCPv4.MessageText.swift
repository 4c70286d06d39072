extension DHCPv4 {
    /// Why a server refuses, or a client declines, for people to read (RFC 2132, 9.9).
    public struct MessageText: TextOption {
        public static var code: OptionCode { .message }

        /// The text as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
