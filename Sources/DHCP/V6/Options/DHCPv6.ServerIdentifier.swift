extension DHCPv6 {
    /// The server that a message is from, or for (RFC 8415, 21.3).
    public struct ServerIdentifier: DUIDOption {
        public static var code: OptionCode { .serverIdentifier }

        /// The DUID.
        public let duid: DUID

        /// Makes an option of a DUID.
        public init(_ duid: DUID) {
            self.duid = duid
        }
    }
}
