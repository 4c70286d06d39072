extension NDP {
    /// Where the captive portal's API is: a URI (RFC 8910, 2.3).
    public struct CaptivePortal: Option {
        public static var type: OptionType { .captivePortal }

        /// The URI: at least one octet, and no zero at its end.
        public let uri: [UInt8]

        /// Makes an option; traps if the URI is empty, over 2,038 octets, or ends in a zero.
        public init(uri: [UInt8]) {
            precondition(
                (1...2038).contains(uri.count) && uri.last != 0, "a URI has 1 to 2,038 octets, the last not zero")
            self.uri = uri
        }

        /// The URI as text; what is not UTF-8 is replaced.
        public var text: String { String(decoding: uri, as: UTF8.self) }

        public init(reading value: inout RawSpan) throws(WireError) {
            var uri = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
            while uri.last == 0 { uri.removeLast() }
            guard !uri.isEmpty else { throw .malformed(Self.layer, field: "URI") }
            self.uri = uri
        }

        public var size: Int { NDP.padded(uri.count) }

        public func write(to octets: inout OutputSpan<UInt8>) {
            let end = octets.count + size
            octets.append(copying: uri)
            while octets.count < end { octets.append(0) }
        }
    }
}
