public import Wire

extension DHCPv4 {
    /// When a client begins to ask any server, counted from the lease's start (T2; RFC 2132, 9.12).
    public struct RebindingTime: LifetimeOption {
        public static var code: OptionCode { .rebindingTime }

        /// The time.
        public let time: Lifetime

        /// Makes an option of a time.
        public init(_ time: Lifetime) {
            self.time = time
        }
    }
}
