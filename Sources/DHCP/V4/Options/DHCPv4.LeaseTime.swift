public import Wire

extension DHCPv4 {
    /// How long an address is lent (RFC 2132, 9.2).
    public struct LeaseTime: LifetimeOption {
        public static var code: OptionCode { .leaseTime }

        /// The time.
        public let time: Lifetime

        /// Makes an option of a time.
        public init(_ time: Lifetime) {
            self.time = time
        }
    }
}
