public import Wire

extension DHCPv4 {
    /// What a vendor's clients and servers tell each other (RFC 2132, 8.4).
    public struct VendorInformation: Option {
        /// One of a vendor's options: encapsulated, as most vendors do.
        public struct Field: Equatable, Hashable, Sendable {
            /// What the vendor calls it, 1 to 254.
            public let code: UInt8
            /// Its value.
            public let value: [UInt8]

            /// Makes an option; traps for the codes 0 and 255, which have no value, and for over 255 octets.
            public init(code: UInt8, value: [UInt8]) {
                precondition(code != 0 && code != 255, "pad and end have no value")
                precondition(value.count <= 255, "a value has up to 255 octets")
                self.code = code
                self.value = value
            }
        }

        public static var code: OptionCode { .vendorInformation }

        /// The octets, which mean what the vendor says.
        public let octets: [UInt8]

        /// Makes an option of octets; traps if there are none.
        public init(octets: [UInt8]) {
            precondition(!octets.isEmpty, "the information has one octet at least")
            self.octets = octets
        }

        /// Makes an option of encapsulated ones; traps if there are none.
        public init(_ fields: [Field]) {
            self.init(octets: fields.flatMap { [$0.code, UInt8($0.value.count)] + $0.value })
        }

        /// The octets as encapsulated options; nil if they are not.
        public var fields: [Field]? {
            var fields: [Field] = []
            var rest = octets[...]
            while let code = rest.popFirst(), code != 255 {
                guard code != 0 else { continue }
                guard let count = rest.popFirst(), rest.count >= count else { return nil }
                fields.append(Field(code: code, value: Array(rest.prefix(Int(count)))))
                rest = rest.dropFirst(Int(count))
            }
            return fields
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            octets = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { octets.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(copying: self.octets)
        }
    }
}
