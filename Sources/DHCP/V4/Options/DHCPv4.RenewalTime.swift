public import Wire

extension DHCPv4 {
    /// When a client begins to renew, counted from the lease's start (T1; RFC 2132, 9.11).
    public struct RenewalTime: LifetimeOption {
        public static var code: OptionCode { .renewalTime }

        /// The time.
        public let time: Lifetime

        /// Makes an option of a time.
        public init(_ time: Lifetime) {
            self.time = time
        }
    }
}
