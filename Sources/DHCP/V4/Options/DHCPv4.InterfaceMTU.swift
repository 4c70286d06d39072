public import Wire

extension DHCPv4 {
    /// The most octets in an IP packet on the client's link (RFC 2132, 5.1).
    public struct InterfaceMTU: Option {
        public static var code: OptionCode { .interfaceMTU }

        /// The least that the option may say.
        public static let minimum: UInt16 = 68

        /// The octets, 68 at least.
        public let octets: UInt16

        /// Makes an option; traps for less than 68.
        public init(_ octets: UInt16) {
            precondition(octets >= Self.minimum, "an MTU is 68 at least")
            self.octets = octets
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let octets = try value.take(2, for: Self.layer).uint16(at: 0)
            guard octets >= Self.minimum else { throw .malformed(Self.layer, field: "MTU") }
            self.octets = octets
        }

        public var size: Int { 2 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: self.octets)
        }
    }
}
