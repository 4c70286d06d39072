public import Wire

extension DHCPv6 {
    /// A client takes a lease in two messages, and a server gives one (RFC 8415, 21.14).
    public struct RapidCommit: Option {
        public static var code: OptionCode { .rapidCommit }

        /// Makes the option, which has no value.
        public init() {}

        public init(reading value: inout RawSpan) throws(WireError) {}

        public var size: Int { 0 }

        public func write(to octets: inout OutputSpan<UInt8>) {}
    }
}
