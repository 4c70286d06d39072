public import Wire

extension DHCPv6 {
    /// Recursive name servers (RFC 3646, 3).
    public struct DNSServers: AddressListOption {
        public static var code: OptionCode { .dnsServers }

        /// The addresses, the preferred one first.
        public let addresses: [IPv6Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv6Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
