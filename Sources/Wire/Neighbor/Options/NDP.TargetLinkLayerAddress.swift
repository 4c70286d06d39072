extension NDP {
    /// The target's link-layer address (RFC 4861, 4.6.1).
    public struct TargetLinkLayerAddress: Option {
        public static var type: OptionType { .targetLinkLayerAddress }

        /// The address, and zeros behind it if its link needs them: six octets and whole eights.
        public let octets: [UInt8]

        /// Makes an option of octets; traps for another number of them.
        public init(octets: [UInt8]) {
            precondition(NDP.isValue(size: octets.count), "an address is filled up to six octets and whole eights")
            self.octets = octets
        }

        /// Makes an option of an Ethernet address (RFC 2464, 6).
        public init(_ address: MACAddress) {
            octets = [UInt8](capacity: MACAddress.size) { address.write(to: &$0) }
        }

        /// The address as one of Ethernet; nil for another length.
        public var macAddress: MACAddress? {
            octets.count == MACAddress.size ? octets.span.octets.macAddress(at: 0) : nil
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            octets = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { octets.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(copying: self.octets)
        }
    }
}
