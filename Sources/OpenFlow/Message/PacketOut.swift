public import Wire

/// A packet for the switch to send (`ofp_packet_out`; OpenFlow 1.4, 7.3.7).
public struct PacketOut: Structure {
    /// Where the switch keeps the packet; 0xFFFFFFFF if it is in `data`.
    public var buffer: UInt32
    /// The port that it is said to have come in at.
    public var port: PortNumber
    public var actions: [Action]
    public var data: [UInt8]

    /// Makes a message.
    public init(
        buffer: UInt32 = 0xFFFF_FFFF, port: PortNumber = .controller, actions: [Action], data: [UInt8]
    ) {
        self.buffer = buffer
        self.port = port
        self.actions = actions
        self.data = data
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(16, for: .openFlowMessage)
        buffer = head.uint32(at: 0)
        port = PortNumber(rawValue: head.uint32(at: 4))
        var list = try octets.take(Int(head.uint16(at: 8)), for: .openFlowAction)
        actions = try [Action](readingAll: &list, depth: 0)
        data = [UInt8](copying: try octets.take(octets.byteCount, for: .openFlowMessage))
    }

    public var size: Int { 16 + actions.octetCount + data.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: buffer)
        octets.append(uint32: port.rawValue)
        octets.append(uint16: UInt16(actions.octetCount))
        octets.append(zeros: 6)
        actions.write(to: &octets)
        octets.append(copying: data)
    }
}
