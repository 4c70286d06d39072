extension NDP {
    /// More flags of a router advertisement (RFC 5175, 4).
    public struct FlagsExtension: Option {
        public static var type: OptionType { .flagsExtension }

        /// The flags: 48 bits, of which none is assigned yet that we know.
        public let rawValue: UInt64

        /// Makes an option; traps for more than 48 bits.
        public init(rawValue: UInt64) {
            precondition(rawValue >> 48 == 0, "there are 48 flags")
            self.rawValue = rawValue
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            // A longer option has more flags than we know of, which are ignored (RFC 5175, 4).
            rawValue = try value.take(6, for: Self.layer).uint48(at: 0)
            _ = try value.take(value.byteCount, for: Self.layer)
        }

        public var size: Int { 6 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint48: rawValue)
        }
    }
}
