public import Wire

extension DHCPv4 {
    /// Servers that take logs (RFC 2132, 3.9).
    public struct LogServers: AddressListOption {
        public static var code: OptionCode { .logServers }

        /// The addresses, the preferred one first.
        public let addresses: [IPv4Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv4Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
