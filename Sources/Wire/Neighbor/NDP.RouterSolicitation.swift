extension NDP {
    /// A host asks for routers (RFC 4861, 4.1).
    public struct RouterSolicitation: Equatable, Hashable, Sendable {
        /// The options: perhaps the host's link-layer address.
        public var options: Options

        /// Makes a message.
        public init(options: Options = Options()) {
            self.options = options
        }

        /// Reads what follows the checksum: all of `octets`.
        init(reading octets: inout RawSpan) throws(WireError) {
            _ = try octets.take(4, for: .ndp)
            options = try Options(reading: &octets)
        }

        /// How many octets it takes behind the checksum.
        var size: Int { 4 + options.size }

        /// Appends what follows the checksum.
        func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: 0)
            options.write(to: &octets)
        }
    }
}
