extension DHCPv4 {
    /// Where the client's root disk is (RFC 2132, 3.19).
    public struct RootPath: TextOption {
        public static var code: OptionCode { .rootPath }

        /// The path as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
