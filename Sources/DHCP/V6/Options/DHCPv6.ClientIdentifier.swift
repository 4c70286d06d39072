extension DHCPv6 {
    /// The client that a message is from, or for (RFC 8415, 21.2).
    public struct ClientIdentifier: DUIDOption {
        public static var code: OptionCode { .clientIdentifier }

        /// The DUID.
        public let duid: DUID

        /// Makes an option of a DUID.
        public init(_ duid: DUID) {
            self.duid = duid
        }
    }
}
