public import Wire

extension DHCPv6 {
    /// The address at which a server takes messages by unicast (RFC 8415, 21.12).
    public struct ServerUnicast: Option {
        public static var code: OptionCode { .serverUnicast }

        /// The address.
        public let address: IPv6Address

        /// Makes an option.
        public init(_ address: IPv6Address) {
            self.address = address
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            address = try value.take(IPv6Address.size, for: Self.layer).ipv6Address(at: 0)
        }

        public var size: Int { IPv6Address.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            address.write(to: &octets)
        }
    }
}
