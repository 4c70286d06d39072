extension DHCPv4 {
    /// Where the captive portal's API is: a URI (RFC 8910, 2.1).
    public struct CaptivePortal: TextOption {
        public static var code: OptionCode { .captivePortal }

        /// The URI as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
