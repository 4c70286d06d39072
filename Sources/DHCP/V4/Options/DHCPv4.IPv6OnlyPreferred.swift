public import Wire

extension DHCPv4 {
    /// How long a client that can do without IPv4 is to do so (V6ONLY_WAIT; RFC 8925, 3.1).
    public struct IPv6OnlyPreferred: LifetimeOption {
        public static var code: OptionCode { .ipv6OnlyPreferred }

        /// The time.
        public let time: Lifetime

        /// Makes an option of a time.
        public init(_ time: Lifetime) {
            self.time = time
        }
    }
}
