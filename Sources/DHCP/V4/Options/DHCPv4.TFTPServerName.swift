extension DHCPv4 {
    /// The TFTP server's name, for when `sname` carries options (RFC 2132, 9.4).
    public struct TFTPServerName: TextOption {
        public static var code: OptionCode { .tftpServerName }

        /// The name as it is on the wire.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "text has one octet at least")
            self.octets = octets
        }
    }
}
