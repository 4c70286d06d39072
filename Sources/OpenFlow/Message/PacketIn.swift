public import Wire

/// A packet for the controller (`ofp_packet_in`; OpenFlow 1.4, 7.4.1).
public struct PacketIn: Structure {
    /// Where the switch keeps the packet; 0xFFFFFFFF if it does not.
    public var buffer: UInt32
    /// The octets of the whole packet.
    public var totalLength: UInt16
    /// `OFPR_`.
    public var reason: UInt8
    public var table: UInt8
    public var cookie: UInt64
    /// What is known of the packet: the port it came in at, registers.
    public var match: Match
    /// The packet, or its first octets.
    public var data: [UInt8]

    /// Makes a message.
    public init(
        buffer: UInt32 = 0xFFFF_FFFF, totalLength: UInt16, reason: UInt8, table: UInt8, cookie: UInt64, match: Match,
        data: [UInt8]
    ) {
        self.buffer = buffer
        self.totalLength = totalLength
        self.reason = reason
        self.table = table
        self.cookie = cookie
        self.match = match
        self.data = data
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(16, for: .openFlowMessage)
        buffer = head.uint32(at: 0)
        totalLength = head.uint16(at: 4)
        reason = head.uint8(at: 6)
        table = head.uint8(at: 7)
        cookie = head.uint64(at: 8)
        match = try Match(reading: &octets)
        _ = try octets.take(2, for: .openFlowMessage)
        data = [UInt8](copying: try octets.take(octets.byteCount, for: .openFlowMessage))
    }

    public var size: Int { 18 + match.size + data.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: buffer)
        octets.append(uint16: totalLength)
        octets.append(reason)
        octets.append(table)
        octets.append(uint64: cookie)
        match.write(to: &octets)
        octets.append(uint16: 0)
        octets.append(copying: data)
    }
}
