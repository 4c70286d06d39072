public import Wire

extension DHCPv6 {
    /// A client's temporary addresses that belong together (IA_TA; RFC 8415, 21.5).
    public struct TemporaryAddresses: Option {
        public static var code: OptionCode { .temporaryAddresses }

        /// What the client tells its associations by (IAID).
        public var identifier: UInt32

        /// What it holds, and perhaps a status.
        public var options: Options

        /// Makes an association.
        public init(identifier: UInt32, options: Options = Options()) {
            self.identifier = identifier
            self.options = options
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            identifier = try value.take(4, for: Self.layer).uint32(at: 0)
            options = try Options(reading: &value)
        }

        public var size: Int { 4 + options.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: identifier)
            options.write(to: &octets)
        }
    }
}
