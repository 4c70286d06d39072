public import Wire

extension DHCPv4 {
    /// The broadcast address on the client's subnet (RFC 2132, 5.3).
    public struct BroadcastAddress: AddressOption {
        public static var code: OptionCode { .broadcastAddress }

        /// The address.
        public let address: IPv4Address

        /// Makes an option of an address.
        public init(_ address: IPv4Address) {
            self.address = address
        }
    }
}
