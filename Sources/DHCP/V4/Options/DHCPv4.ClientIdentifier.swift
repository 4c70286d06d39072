public import Wire

extension DHCPv4 {
    /// What a server tells a client by, if the client sends it (RFC 2132, 9.14; RFC 4361).
    public struct ClientIdentifier: Option, Hashable {
        public static var code: OptionCode { .clientIdentifier }

        /// The type that says that an IAID and a DUID follow.
        public static let duidType: UInt8 = 255

        /// A kind of hardware, 0 for anything else, or 255 for an IAID and a DUID.
        public let type: UInt8

        /// What follows the type: at least one octet.
        public let identifier: [UInt8]

        /// Makes an identifier; traps if it is empty.
        public init(type: UInt8, identifier: [UInt8]) {
            precondition(!identifier.isEmpty, "an identifier has one octet at least")
            self.type = type
            self.identifier = identifier
        }

        /// Makes an identifier of the address of an interface.
        public init(_ address: MACAddress) {
            type = HardwareType.ethernet.rawValue
            identifier = [UInt8](capacity: MACAddress.size) { address.write(to: &$0) }
        }

        /// Makes the identifier that a node uses for both versions of the protocol (RFC 4361, 6.1).
        public init(identityAssociation: UInt32, duid: DUID) {
            type = Self.duidType
            identifier = [UInt8](capacity: 4 + duid.size) {
                $0.append(uint32: identityAssociation)
                duid.write(to: &$0)
            }
        }

        /// The IAID in an identifier of that type; nil for others.
        public var identityAssociation: UInt32? {
            guard type == Self.duidType, identifier.count >= 4 else { return nil }
            return identifier.span.octets.uint32(at: 0)
        }

        /// The DUID in an identifier of that type; nil for others, and for what is no DUID.
        public var duid: DUID? {
            guard type == Self.duidType, identifier.count > 4 else { return nil }
            return DUID(octets: Array(identifier[4...]))
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard value.byteCount >= 2 else { throw .malformed(Self.layer, field: "Len") }
            type = try value.take(1, for: Self.layer).uint8(at: 0)
            identifier = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 1 + identifier.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(type)
            octets.append(copying: identifier)
        }
    }
}
