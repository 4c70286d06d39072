public import Wire

extension DHCPv6 {
    /// A client's link-layer address, as the first relay agent saw it (RFC 6939).
    public struct ClientLinkLayerAddress: Option {
        public static var code: OptionCode { .clientLinkLayerAddress }

        /// The kind of link, as ARP numbers them.
        public let hardwareType: UInt16

        /// The address: at least one octet.
        public let address: [UInt8]

        /// Makes an option; traps if there is no address.
        public init(hardwareType: UInt16, address: [UInt8]) {
            precondition(!address.isEmpty, "an address has one octet at least")
            self.hardwareType = hardwareType
            self.address = address
        }

        /// Makes an option of an Ethernet address.
        public init(_ address: MACAddress) {
            hardwareType = 1
            self.address = [UInt8](capacity: MACAddress.size) { address.write(to: &$0) }
        }

        /// The address as a MAC address; nil if it is not one of Ethernet.
        public var macAddress: MACAddress? {
            guard hardwareType == 1, address.count == MACAddress.size else { return nil }
            return address.span.octets.macAddress(at: 0)
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            hardwareType = try value.take(2, for: Self.layer).uint16(at: 0)
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "option-len") }
            address = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 2 + address.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: hardwareType)
            octets.append(copying: address)
        }
    }
}
