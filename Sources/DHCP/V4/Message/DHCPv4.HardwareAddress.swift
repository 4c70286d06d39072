public import Wire

extension DHCPv4 {
    /// A client's hardware address: its kind of link, and up to sixteen octets (htype, hlen, chaddr).
    public struct HardwareAddress: Equatable, Hashable, Sendable, BitwiseCopyable {
        /// The most octets that an address has.
        public static let limit = 16

        /// The kind of link.
        public let type: HardwareType

        /// How many octets the address has, 0 to 16.
        public let count: Int

        /// The octets on top, the first one highest; zero behind them.
        public let rawValue: UInt128

        /// Makes an address of the first `count` octets of `rawValue`; traps for a count over 16.
        public init(type: HardwareType, count: Int, rawValue: UInt128) {
            precondition((0...Self.limit).contains(count), "a hardware address has up to sixteen octets")
            self.type = type
            self.count = count
            self.rawValue = rawValue & (count == 0 ? 0 : UInt128.max << UInt128(128 - 8 * count))
        }

        /// Makes an Ethernet address.
        public init(_ address: MACAddress) {
            self.init(type: .ethernet, count: MACAddress.size, rawValue: UInt128(address.rawValue) << 80)
        }

        /// The address as a MAC address; nil if it is not one of Ethernet with six octets.
        public var macAddress: MACAddress? {
            guard type == .ethernet, count == MACAddress.size else { return nil }
            return MACAddress(rawValue: UInt64(truncatingIfNeeded: rawValue >> 80))
        }

        /// The octets.
        public var octets: [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: rawValue >> UInt128(120 - 8 * $0)) }
        }
    }
}
