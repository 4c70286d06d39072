public import Wire

extension DHCPv6 {
    /// What a client that boots over the network can run (RFC 5970, 3.3).
    public struct ClientArchitecture: Option {
        public static var code: OptionCode { .clientArchitecture }

        /// The architectures, the preferred one first.
        public let architectures: [ProcessorArchitecture]

        /// Makes an option; traps if there are none.
        public init(_ architectures: [ProcessorArchitecture]) {
            precondition(!architectures.isEmpty, "a list has one architecture at least")
            self.architectures = architectures
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty, value.byteCount % 2 == 0 else { throw .malformed(Self.layer, field: "option-len") }
            let list = try value.take(value.byteCount, for: Self.layer)
            architectures = (0..<list.byteCount / 2).map { ProcessorArchitecture(rawValue: list.uint16(at: 2 * $0)) }
        }

        public var size: Int { 2 * architectures.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for architecture in architectures { octets.append(uint16: architecture.rawValue) }
        }
    }
}
