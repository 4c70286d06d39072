public import Wire

extension DHCPv4 {
    /// The longest message that a client accepts, IP and UDP headers included (RFC 2132, 9.10).
    public struct MaximumMessageSize: Option {
        public static var code: OptionCode { .maximumMessageSize }

        /// The least that the option should say.
        public static let minimum: UInt16 = 576

        /// The octets; a client that says less than 576 is read, since it can be served.
        public let octets: UInt16

        /// Makes an option.
        public init(_ octets: UInt16) {
            self.octets = octets
        }

        /// The octets that a reply's message may take, behind headers of 28: what 576 leaves, at least.
        public var limit: Int { Int(max(octets, Self.minimum)) - 28 }

        public init(reading value: inout RawSpan) throws(WireError) {
            octets = try value.take(2, for: Self.layer).uint16(at: 0)
        }

        public var size: Int { 2 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: self.octets)
        }
    }
}
