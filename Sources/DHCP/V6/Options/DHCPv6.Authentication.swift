public import Wire

extension DHCPv6 {
    /// Proof of who sent a message (RFC 8415, 21.11).
    public struct Authentication: Option {
        public static var code: OptionCode { .authentication }

        /// What is the same in both versions of the protocol.
        public let fields: DHCPAuthentication

        /// Makes an option.
        public init(_ fields: DHCPAuthentication) {
            self.fields = fields
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            fields = try DHCPAuthentication(reading: &value)
        }

        public var size: Int { fields.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            fields.write(to: &octets)
        }
    }
}
