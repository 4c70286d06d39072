extension DHCPv4 {
    /// The client's name, with or without its domain (RFC 2132, 3.14).
    public struct HostName: TextOption {
        public static var code: OptionCode { .hostName }

        /// The name as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
