extension DHCPv6 {
    /// Where the boot file is (RFC 5970, 3.1).
    public struct BootFileURL: OctetsOption {
        public static var code: OptionCode { .bootFileURL }

        /// The URL in UTF-8.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "an option has one octet at least")
            self.octets = octets
        }
    }
}
