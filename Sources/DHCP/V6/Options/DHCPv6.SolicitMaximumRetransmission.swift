public import Wire

extension DHCPv6 {
    /// The longest that a client may wait between its Solicit messages (SOL_MAX_RT; RFC 8415, 21.24).
    public struct SolicitMaximumRetransmission: Option {
        public static var code: OptionCode { .solicitMaximumRetransmission }

        /// What the time may be; a client ignores others.
        public static let allowed: ClosedRange<UInt32> = 60...86400

        /// The time.
        public let seconds: UInt32

        /// Makes an option; traps for a time that is not allowed.
        public init(seconds: UInt32) {
            precondition(Self.allowed.contains(seconds), "the time is a minute to a day")
            self.seconds = seconds
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            seconds = try value.take(4, for: Self.layer).uint32(at: 0)
            guard Self.allowed.contains(seconds) else { throw .malformed(Self.layer, field: "value") }
        }

        public var size: Int { 4 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: seconds)
        }
    }
}
