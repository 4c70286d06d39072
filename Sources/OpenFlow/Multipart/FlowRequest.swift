public import Wire

/// Which flows are asked for (`ofp_flow_stats_request`; OpenFlow 1.4, 7.3.5.2).
public struct FlowRequest: Structure {
    /// 255 for all.
    public var table: UInt8 = FlowMod.allTables
    public var outPort: PortNumber = .any
    public var outGroup: UInt32 = FlowMod.anyGroup
    /// What flows must have in the bits of the mask.
    public var cookie: UInt64 = 0
    public var cookieMask: UInt64 = 0
    public var match = Match()

    /// Makes a request for every flow.
    public init() {}

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(32, for: .openFlowMultipart)
        table = head.uint8(at: 0)
        outPort = PortNumber(rawValue: head.uint32(at: 4))
        outGroup = head.uint32(at: 8)
        cookie = head.uint64(at: 16)
        cookieMask = head.uint64(at: 24)
        match = try Match(reading: &octets)
    }

    public var size: Int { 32 + match.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(table)
        octets.append(zeros: 3)
        octets.append(uint32: outPort.rawValue)
        octets.append(uint32: outGroup)
        octets.append(uint32: 0)
        octets.append(uint64: cookie)
        octets.append(uint64: cookieMask)
        match.write(to: &octets)
    }
}

/// A flow as a switch has it (`ofp_flow_stats`; OpenFlow 1.4, 7.3.5.2).
public struct FlowStatistics: Structure {
    public var table: UInt8 = 0
    /// How long it has been there.
    public var seconds: UInt32 = 0
    /// And nanoseconds.
    public var nanoseconds: UInt32 = 0
    public var priority: UInt16 = FlowMod.defaultPriority
    public var idleTimeout: UInt16 = 0
    public var hardTimeout: UInt16 = 0
    public var flags: FlowMod.Flags = []
    public var importance: UInt16 = 0
    public var cookie: UInt64 = 0
    public var packets: UInt64 = 0
    public var octetsCounted: UInt64 = 0
    public var match = Match()
    public var instructions: [Instruction] = []

    /// Makes a flow for all packets.
    public init() {}

    public init(reading octets: inout RawSpan) throws(WireError) {
        let length = try octets.take(2, for: .openFlowMultipart).uint16(at: 0)
        var rest = try octets.take(rest: length, after: 2, for: .openFlowMultipart)
        let head = try rest.take(46, for: .openFlowMultipart)
        table = head.uint8(at: 0)
        seconds = head.uint32(at: 2)
        nanoseconds = head.uint32(at: 6)
        priority = head.uint16(at: 10)
        idleTimeout = head.uint16(at: 12)
        hardTimeout = head.uint16(at: 14)
        flags = FlowMod.Flags(rawValue: head.uint16(at: 16))
        importance = head.uint16(at: 18)
        cookie = head.uint64(at: 22)
        packets = head.uint64(at: 30)
        octetsCounted = head.uint64(at: 38)
        match = try Match(reading: &rest)
        instructions = try [Instruction](readingAll: &rest)
    }

    public var size: Int { 48 + match.size + instructions.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(size))
        octets.append(table)
        octets.append(0)
        octets.append(uint32: seconds)
        octets.append(uint32: nanoseconds)
        octets.append(uint16: priority)
        octets.append(uint16: idleTimeout)
        octets.append(uint16: hardTimeout)
        octets.append(uint16: flags.rawValue)
        octets.append(uint16: importance)
        octets.append(uint16: 0)
        octets.append(uint64: cookie)
        octets.append(uint64: packets)
        octets.append(uint64: octetsCounted)
        match.write(to: &octets)
        instructions.write(to: &octets)
    }
}
