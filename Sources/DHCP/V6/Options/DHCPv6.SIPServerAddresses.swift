public import Wire

extension DHCPv6 {
    /// Outbound proxies for SIP, by address (RFC 3319, 3.2).
    public struct SIPServerAddresses: AddressListOption {
        public static var code: OptionCode { .sipServerAddresses }

        /// The addresses, the preferred one first.
        public let addresses: [IPv6Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv6Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
