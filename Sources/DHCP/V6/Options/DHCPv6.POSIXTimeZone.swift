extension DHCPv6 {
    /// The time zone as POSIX spells it, such as CET-1CEST (RFC 4833, 3).
    public struct POSIXTimeZone: OctetsOption {
        public static var code: OptionCode { .posixTimeZone }

        /// The zone as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "an option has one octet at least")
            self.octets = octets
        }
    }
}
