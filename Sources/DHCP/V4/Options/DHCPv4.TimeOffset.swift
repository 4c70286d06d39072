public import Wire

extension DHCPv4 {
    /// How far the client's zone is from Coordinated Universal Time (RFC 2132, 3.4; deprecated by RFC 4833).
    public struct TimeOffset: Option {
        public static var code: OptionCode { .timeOffset }

        /// The seconds to the east.
        public let seconds: Int32

        /// Makes an option of seconds to the east.
        public init(_ seconds: Int32) {
            self.seconds = seconds
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            seconds = Int32(bitPattern: try value.take(4, for: Self.layer).uint32(at: 0))
        }

        public var size: Int { 4 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: UInt32(bitPattern: seconds))
        }
    }
}
