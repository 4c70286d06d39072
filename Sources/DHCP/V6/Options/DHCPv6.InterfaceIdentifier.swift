extension DHCPv6 {
    /// The interface that a relay agent got a message on, which a server sends back (RFC 8415, 21.18).
    public struct InterfaceIdentifier: OctetsOption {
        public static var code: OptionCode { .interfaceIdentifier }

        /// The octets, which only the agent understands.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "an option has one octet at least")
            self.octets = octets
        }
    }
}
