public import Wire

extension DHCPv4 {
    /// The address that a client wishes for (RFC 2132, 9.1).
    public struct RequestedAddress: AddressOption {
        public static var code: OptionCode { .requestedAddress }

        /// The address.
        public let address: IPv4Address

        /// Makes an option of an address.
        public init(_ address: IPv4Address) {
            self.address = address
        }
    }
}
