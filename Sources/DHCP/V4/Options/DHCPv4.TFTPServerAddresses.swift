public import Wire

extension DHCPv4 {
    /// TFTP servers, for telephones (RFC 5859).
    public struct TFTPServerAddresses: AddressListOption {
        public static var code: OptionCode { .tftpServerAddresses }

        /// The addresses, the preferred one first.
        public let addresses: [IPv4Address]

        /// Makes an option of addresses; traps if there are none.
        public init(_ addresses: [IPv4Address]) {
            precondition(!addresses.isEmpty, "a list has one address at least")
            self.addresses = addresses
        }
    }
}
