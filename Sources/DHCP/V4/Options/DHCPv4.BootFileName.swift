extension DHCPv4 {
    /// The boot file's name, for when `file` carries options (RFC 2132, 9.5).
    public struct BootFileName: TextOption {
        public static var code: OptionCode { .bootFileName }

        /// The name as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
