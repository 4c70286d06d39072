public import Wire

extension DHCPv4 {
    /// The options that a client would like, perhaps in order of preference (RFC 2132, 9.8).
    public struct ParameterRequestList: Option {
        public static var code: OptionCode { .parameterRequestList }

        /// The codes.
        public let codes: [OptionCode]

        /// Makes a list; traps if it is empty.
        public init(_ codes: [OptionCode]) {
            precondition(!codes.isEmpty, "a list has one code at least")
            self.codes = codes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            let list = try value.take(value.byteCount, for: Self.layer)
            codes = (0..<list.byteCount).map { OptionCode(rawValue: list.uint8(at: $0)) }
        }

        public var size: Int { codes.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for code in codes { octets.append(code.rawValue) }
        }
    }
}
