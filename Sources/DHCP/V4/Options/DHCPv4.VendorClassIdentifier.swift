extension DHCPv4 {
    /// The kind and configuration of client, as its vendor names them (RFC 2132, 9.13).
    public struct VendorClassIdentifier: TextOption {
        public static var code: OptionCode { .vendorClassIdentifier }

        /// The identifier, which need not be text.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
