public import Wire

extension DHCPv6 {
    /// How long a client has been trying (RFC 8415, 21.9).
    public struct ElapsedTime: Option {
        public static var code: OptionCode { .elapsedTime }

        /// Hundredths of a second; 65,535 for longer.
        public let hundredths: UInt16

        /// Makes an option.
        public init(hundredths: UInt16) {
            self.hundredths = hundredths
        }

        /// The time.
        public var duration: Duration { .milliseconds(10 * Int64(hundredths)) }

        public init(reading value: inout RawSpan) throws(WireError) {
            hundredths = try value.take(2, for: Self.layer).uint16(at: 0)
        }

        public var size: Int { 2 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: hundredths)
        }
    }
}
