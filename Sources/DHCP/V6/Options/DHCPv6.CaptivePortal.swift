extension DHCPv6 {
    /// Where the captive portal's API is: a URI (RFC 8910, 2.2).
    public struct CaptivePortal: OctetsOption {
        public static var code: OptionCode { .captivePortal }

        /// The URI.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "an option has one octet at least")
            self.octets = octets
        }
    }
}
