public import Wire

extension DHCPv6 {
    /// How much a server wants to be the one (RFC 8415, 21.8).
    public struct Preference: Option {
        public static var code: OptionCode { .preference }

        /// Its preference; 255 ends the client's search.
        public let value: UInt8

        /// Makes an option.
        public init(_ value: UInt8) {
            self.value = value
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            self.value = try value.take(1, for: Self.layer).uint8(at: 0)
        }

        public var size: Int { 1 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(value)
        }
    }
}
