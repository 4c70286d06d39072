public import Wire

extension DHCPv6 {
    /// The options that a client would like (ORO; RFC 8415, 21.7).
    public struct OptionRequest: Option {
        public static var code: OptionCode { .optionRequest }

        /// The codes.
        public let codes: [OptionCode]

        /// Makes a list, which may be empty.
        public init(_ codes: [OptionCode]) {
            self.codes = codes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard value.byteCount % 2 == 0 else { throw .malformed(Self.layer, field: "option-len") }
            let list = try value.take(value.byteCount, for: Self.layer)
            codes = (0..<list.byteCount / 2).map { OptionCode(rawValue: list.uint16(at: 2 * $0)) }
        }

        public var size: Int { 2 * codes.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for code in codes { octets.append(uint16: code.rawValue) }
        }
    }
}
