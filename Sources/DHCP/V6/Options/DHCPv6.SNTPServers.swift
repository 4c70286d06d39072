public import Wire

extension DHCPv6 {
    /// Time servers; ``NTPServer`` takes its place (RFC 4075).
    public struct SNTPServers: AddressListOption {
        public static var code: OptionCode { .sntpServers }

        /// The addresses, the preferred one first.
        public let addresses: [IPv6Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv6Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
