public import Wire

extension DHCPv4 {
    /// How a client resolves NetBIOS names (RFC 2132, 8.7).
    public struct NetBIOSNodeType: Option, RawRepresentable {
        public static var code: OptionCode { .netBIOSNodeType }

        /// 1 for a B-node, 2 for P, 4 for M, 8 for H.
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            rawValue = try value.take(1, for: Self.layer).uint8(at: 0)
        }

        public var size: Int { 1 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(rawValue)
        }
    }
}
