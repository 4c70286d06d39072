public import Wire

extension DHCPv4 {
    /// NTP servers (RFC 2132, 8.3).
    public struct NetworkTimeServers: AddressListOption {
        public static var code: OptionCode { .networkTimeServers }

        /// The addresses, the preferred one first.
        public let addresses: [IPv4Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv4Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
