public import Wire

extension DHCPv6 {
    /// A client takes Reconfigure messages, or a server lets it (RFC 8415, 21.20).
    public struct ReconfigureAccept: Option {
        public static var code: OptionCode { .reconfigureAccept }

        /// Makes the option, which has no value.
        public init() {}

        public init(reading value: inout RawSpan) throws(WireError) {}

        public var size: Int { 0 }

        public func write(to octets: inout OutputSpan<UInt8>) {}
    }
}
