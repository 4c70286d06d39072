extension DHCPv4 {
    /// The time zone's name in the database, such as Europe/Zurich (TCode; RFC 4833).
    public struct DatabaseTimeZone: TextOption {
        public static var code: OptionCode { .databaseTimeZone }

        /// The name as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
