public import Wire

extension DHCPv4 {
    /// Servers of the time protocol of RFC 868 (RFC 2132, 3.6).
    public struct TimeServers: AddressListOption {
        public static var code: OptionCode { .timeServers }

        /// The addresses, the preferred one first.
        public let addresses: [IPv4Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv4Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
