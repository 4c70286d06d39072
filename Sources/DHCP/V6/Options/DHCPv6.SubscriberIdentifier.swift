extension DHCPv6 {
    /// The subscriber, as a relay agent knows it (RFC 4580).
    public struct SubscriberIdentifier: OctetsOption {
        public static var code: OptionCode { .subscriberIdentifier }

        /// The octets, which are compared whole.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "an option has one octet at least")
            self.octets = octets
        }
    }
}
