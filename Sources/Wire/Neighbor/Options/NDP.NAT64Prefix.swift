extension NDP {
    /// The prefix by which IPv4 is reached (PREF64; RFC 8781, 4).
    public struct NAT64Prefix: Option {
        public static var type: OptionType { .nat64Prefix }

        /// The lengths that a prefix may have, in the order of their codes (PLC).
        public static let lengths = [96, 64, 56, 48, 40, 32]

        /// The longest lifetime that fits: 8191 times eight seconds.
        public static let longest = 65_528

        /// The prefix, of one of `lengths`.
        public let prefix: IPv6Prefix

        /// How long it may be used, in seconds: a multiple of eight up to 65,528.
        public let seconds: Int

        /// Makes an option; traps for another length, or other seconds.
        public init(_ prefix: IPv6Prefix, seconds: Int) {
            precondition(Self.lengths.contains(prefix.length), "a NAT64 prefix has 32, 40, 48, 56, 64 or 96 bits")
            precondition((0...Self.longest).contains(seconds) && seconds % 8 == 0, "a lifetime counts eight seconds")
            self.prefix = prefix
            self.seconds = seconds
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(14, for: Self.layer)
            let scaled = fixed.uint16(at: 0)
            let code = Int(scaled & 7)
            guard code < Self.lengths.count else { throw .malformed(Self.layer, field: "PLC") }
            seconds = Int(scaled >> 3) * 8
            let address = UInt128(fixed.uint64(at: 2)) << 64 | UInt128(fixed.uint32(at: 10)) << 32
            prefix = IPv6Prefix(containing: IPv6Address(rawValue: address), length: Self.lengths[code])
        }

        public var size: Int { 14 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            let code = Self.lengths.firstIndex(of: prefix.length) ?? 0
            octets.append(uint16: UInt16(seconds / 8) << 3 | UInt16(code))
            octets.append(uint64: UInt64(truncatingIfNeeded: prefix.address.rawValue >> 64))
            octets.append(uint32: UInt32(truncatingIfNeeded: prefix.address.rawValue >> 32))
        }
    }
}
