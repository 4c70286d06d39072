extension DHCPv4 {
    /// A kind of link, as ARP numbers them (htype; IANA, "Hardware Types").
    public struct HardwareType: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Ethernet.
        public static var ethernet: Self { Self(rawValue: 1) }

        /// IEEE 802 networks.
        public static var ieee802: Self { Self(rawValue: 6) }

        /// InfiniBand, whose addresses do not fit and are left out (RFC 4390).
        public static var infiniBand: Self { Self(rawValue: 32) }
    }
}
