public import Wire

extension DHCPv4 {
    /// The mask of the client's subnet (RFC 2132, 3.3).
    public struct SubnetMask: AddressOption {
        public static var code: OptionCode { .subnetMask }

        /// The mask, whose ones should all be on top.
        public let address: IPv4Address

        /// Makes an option of a mask.
        public init(_ address: IPv4Address) {
            self.address = address
        }

        /// How many ones the mask has; nil if they are not all on top.
        public var prefixLength: Int? { IPv4Prefix(containing: .any, mask: address)?.length }
    }
}
