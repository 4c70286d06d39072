public import Wire

extension DHCPv4 {
    /// The machine, as its firmware tells it (RFC 4578, 2.3).
    public struct ClientMachineIdentifier: Option {
        public static var code: OptionCode { .clientMachineIdentifier }

        /// The kind; 0 is a UUID of sixteen octets.
        public let type: UInt8
        /// The identifier.
        public let identifier: [UInt8]

        /// Makes an option; traps if the identifier is empty.
        public init(type: UInt8 = 0, identifier: [UInt8]) {
            precondition(!identifier.isEmpty, "an identifier has one octet at least")
            self.type = type
            self.identifier = identifier
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            type = try value.take(1, for: Self.layer).uint8(at: 0)
            guard !value.isEmpty, type != 0 || value.byteCount == 16 else {
                throw .malformed(Self.layer, field: "Len")
            }
            identifier = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 1 + identifier.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(type)
            octets.append(copying: identifier)
        }
    }
}
