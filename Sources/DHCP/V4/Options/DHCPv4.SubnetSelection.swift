public import Wire

extension DHCPv4 {
    /// The subnet to take an address from, if it is not the one asked from (RFC 3011).
    public struct SubnetSelection: AddressOption {
        public static var code: OptionCode { .subnetSelection }

        /// The address.
        public let address: IPv4Address

        /// Makes an option of an address.
        public init(_ address: IPv4Address) {
            self.address = address
        }
    }
}
