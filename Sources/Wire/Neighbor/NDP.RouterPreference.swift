extension NDP {
    /// How much hosts should prefer a router, or a route: two bits with a sign (RFC 4191, 2.1).
    public enum RouterPreference: UInt8, Sendable {
        /// Rather than others.
        case high = 0b01
        /// Like others.
        case medium = 0b00
        /// If there are no others.
        case low = 0b11
    }
}
