extension NDP {
    /// The most octets in a packet on the link (RFC 4861, 4.6.4).
    public struct MTU: Option {
        public static var type: OptionType { .mtu }

        /// The octets.
        public let octets: UInt32

        /// Makes an option.
        public init(_ octets: UInt32) {
            self.octets = octets
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            octets = try value.take(6, for: Self.layer).uint32(at: 2)
        }

        public var size: Int { 6 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: 0)
            octets.append(uint32: self.octets)
        }
    }
}
