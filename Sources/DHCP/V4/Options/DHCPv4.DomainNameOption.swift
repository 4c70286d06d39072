extension DHCPv4 {
    /// The domain that a client completes names with (RFC 2132, 3.17).
    public struct DomainNameOption: TextOption {
        public static var code: OptionCode { .domainName }

        /// The name as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
