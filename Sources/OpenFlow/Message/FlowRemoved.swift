public import Wire

/// A flow is gone (`ofp_flow_removed`; OpenFlow 1.4, 7.4.2).
public struct FlowRemoved: Structure {
    public var cookie: UInt64
    public var priority: UInt16
    /// `OFPRR_`: 0 idle, 1 hard timeout, 2 deleted, 3 its group was, 4 its meter was, 5 evicted.
    public var reason: UInt8
    public var table: UInt8
    /// How long it lived.
    public var seconds: UInt32
    /// And nanoseconds.
    public var nanoseconds: UInt32
    public var idleTimeout: UInt16
    public var hardTimeout: UInt16
    public var packets: UInt64
    public var octetsCounted: UInt64
    public var match: Match

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(40, for: .openFlowMessage)
        cookie = head.uint64(at: 0)
        priority = head.uint16(at: 8)
        reason = head.uint8(at: 10)
        table = head.uint8(at: 11)
        seconds = head.uint32(at: 12)
        nanoseconds = head.uint32(at: 16)
        idleTimeout = head.uint16(at: 20)
        hardTimeout = head.uint16(at: 22)
        packets = head.uint64(at: 24)
        octetsCounted = head.uint64(at: 32)
        match = try Match(reading: &octets)
    }

    public var size: Int { 40 + match.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint64: cookie)
        octets.append(uint16: priority)
        octets.append(reason)
        octets.append(table)
        octets.append(uint32: seconds)
        octets.append(uint32: nanoseconds)
        octets.append(uint16: idleTimeout)
        octets.append(uint16: hardTimeout)
        octets.append(uint64: packets)
        octets.append(uint64: octetsCounted)
        match.write(to: &octets)
    }
}
