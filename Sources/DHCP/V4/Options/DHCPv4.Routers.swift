public import Wire

extension DHCPv4 {
    /// The routers on the client's subnet (RFC 2132, 3.5).
    public struct Routers: AddressListOption {
        public static var code: OptionCode { .routers }

        /// The addresses, the preferred one first.
        public let addresses: [IPv4Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv4Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
