extension NDP {
    /// The beginning of the packet that made a router redirect (RFC 4861, 4.6.3).
    public struct RedirectedHeader: Option {
        public static var type: OptionType { .redirectedHeader }

        /// The packet from its IP header on, cut to whole eights.
        public let packet: [UInt8]

        /// Makes an option; traps if the packet is not of whole eights, up to 2,032 octets.
        public init(packet: [UInt8]) {
            precondition(NDP.isValue(size: 6 + packet.count), "a packet is cut to whole eights")
            self.packet = packet
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            _ = try value.take(6, for: Self.layer)
            packet = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 6 + packet.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint48: 0)
            octets.append(copying: packet)
        }
    }
}
