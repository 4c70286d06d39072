extension DHCPv4 {
    /// The time zone as POSIX spells it, such as CET-1CEST (PCode; RFC 4833).
    public struct POSIXTimeZone: TextOption {
        public static var code: OptionCode { .posixTimeZone }

        /// The zone as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
