public import Wire

extension DHCPv6 {
    /// How long parameters are good for (RFC 8415, 21.23).
    public struct InformationRefreshTime: Option {
        public static var code: OptionCode { .informationRefreshTime }

        /// The least that a client may wait, however short the time.
        public static var minimum: Lifetime { .seconds(600) }

        /// The time.
        public let time: Lifetime

        /// Makes an option.
        public init(_ time: Lifetime) {
            self.time = time
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            time = Lifetime(rawValue: try value.take(Lifetime.size, for: Self.layer).uint32(at: 0))
        }

        public var size: Int { Lifetime.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: time.rawValue)
        }
    }
}
