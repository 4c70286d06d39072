extension NDP {
    /// A network that the router is good for (RFC 4191, 2.3).
    public struct RouteInformation: Option {
        public static var type: OptionType { .routeInformation }

        /// The network.
        public let prefix: IPv6Prefix

        /// How much hosts should prefer the route.
        public let preference: RouterPreference

        /// How long the route holds.
        public let lifetime: Lifetime

        /// Makes an option.
        public init(_ prefix: IPv6Prefix, preference: RouterPreference = .medium, lifetime: Lifetime) {
            self.prefix = prefix
            self.preference = preference
            self.lifetime = lifetime
        }

        /// How many octets of the prefix are sent: none, half, or all.
        private var significant: Int { prefix.length == 0 ? 0 : prefix.length <= 64 ? 8 : 16 }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(6, for: Self.layer)
            let length = Int(fixed.uint8(at: 0))
            guard length <= 128 else { throw .malformed(Self.layer, field: "Prefix Length") }
            guard [0, 8, 16].contains(value.byteCount), length <= 8 * value.byteCount else {
                throw .malformed(Self.layer, field: "Length")
            }
            guard let preference = RouterPreference(rawValue: fixed.uint8(at: 1) >> 3 & 3) else {
                throw .malformed(Self.layer, field: "Prf")
            }
            self.preference = preference
            lifetime = Lifetime(rawValue: fixed.uint32(at: 2))
            let network = try value.take(value.byteCount, for: Self.layer)
            var address: UInt128 = 0
            if network.byteCount >= 8 { address = UInt128(network.uint64(at: 0)) << 64 }
            if network.byteCount == 16 { address |= UInt128(network.uint64(at: 8)) }
            // Bits behind the length are reserved, and ignored.
            prefix = IPv6Prefix(containing: IPv6Address(rawValue: address), length: length)
        }

        public var size: Int { 6 + significant }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(UInt8(prefix.length))
            octets.append(preference.rawValue << 3)
            octets.append(uint32: lifetime.rawValue)
            if significant >= 8 { octets.append(uint64: UInt64(truncatingIfNeeded: prefix.address.rawValue >> 64)) }
            if significant == 16 { octets.append(uint64: UInt64(truncatingIfNeeded: prefix.address.rawValue)) }
        }
    }
}
