public import Wire

extension DHCPv6 {
    /// The remote end of the circuit that a client is behind, as a relay agent knows it (RFC 4649).
    public struct RemoteIdentifier: Option {
        public static var code: OptionCode { .remoteIdentifier }

        /// The number of the agent's vendor (IANA, "Private Enterprise Numbers").
        public let enterprise: UInt32

        /// What the vendor says: at least one octet.
        public let octets: [UInt8]

        /// Makes an option; traps if there are no octets.
        public init(enterprise: UInt32, octets: [UInt8]) {
            precondition(!octets.isEmpty, "an identifier has one octet at least")
            self.enterprise = enterprise
            self.octets = octets
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            enterprise = try value.take(4, for: Self.layer).uint32(at: 0)
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "option-len") }
            octets = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 4 + octets.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: enterprise)
            octets.append(copying: self.octets)
        }
    }
}
