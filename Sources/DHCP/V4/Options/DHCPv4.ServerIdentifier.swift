public import Wire

extension DHCPv4 {
    /// The server that a message is from, or for (RFC 2132, 9.7).
    public struct ServerIdentifier: AddressOption {
        public static var code: OptionCode { .serverIdentifier }

        /// The address.
        public let address: IPv4Address

        /// Makes an option of an address.
        public init(_ address: IPv4Address) {
            self.address = address
        }
    }
}
