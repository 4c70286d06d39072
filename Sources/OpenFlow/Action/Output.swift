import Wire

/// Sends the packet to a port (`OFPAT_OUTPUT`).
public struct Output: ActionBody {
    public var port: PortNumber
    /// How much of it goes to the controller, if that is the port; 0xFFFF for all (`max_len`).
    public var maximumLength: UInt16

    /// Makes an action.
    public init(port: PortNumber, maximumLength: UInt16 = 0) {
        self.port = port
        self.maximumLength = maximumLength
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let body = try body.take(12, for: .openFlowAction)
        port = PortNumber(rawValue: body.uint32(at: 0))
        maximumLength = body.uint16(at: 4)
    }

    var kind: ActionKind { .standard(0) }
    var bodySize: Int { 12 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: port.rawValue)
        octets.append(uint16: maximumLength)
        octets.append(zeros: 6)
    }
}

/// Sends the packet to the port that a field names (`NXAST_OUTPUT_REG`, `NXAST_OUTPUT_REG2`).
public struct OutputField: ActionBody {
    public var source: Subfield
    /// How much of it goes to the controller, if that is the port.
    public var maximumLength: UInt16

    /// Makes an action; traps for more than 64 bits.
    public init(source: Subfield, maximumLength: UInt16 = 0xFFFF) {
        precondition(source.packed != nil, "a port has at most 64 bits")
        self.source = source
        self.maximumLength = maximumLength
    }

    init(reading body: inout RawSpan, _ kind: ActionKind) throws(WireError) {
        let packed = try body.take(2, for: .openFlowAction).uint16(at: 0)
        if kind == .nicira(15) {
            let field = try Field(header: &body)
            let rest = try body.take(8, for: .openFlowAction)
            source = try Subfield(field, packed: packed)
            maximumLength = rest.uint16(at: 0)
        } else {
            maximumLength = try body.take(2, for: .openFlowAction).uint16(at: 0)
            let before = body.byteCount
            source = try Subfield(Field(header: &body), packed: packed)
            _ = try body.take(10 - (before - body.byteCount), for: .openFlowAction)
        }
    }

    var kind: ActionKind { source.field.fitsFourOctets ? .nicira(15) : .nicira(32) }
    var bodySize: Int { 14 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: source.packed ?? 0)
        if source.field.fitsFourOctets {
            source.field.writeHeader(to: &octets)
            octets.append(uint16: maximumLength)
            octets.append(zeros: 6)
        } else {
            octets.append(uint16: maximumLength)
            source.field.writeHeader(to: &octets)
            octets.append(zeros: 2)
        }
    }
}

/// Sends the first octets of the packet to a port (`NXAST_OUTPUT_TRUNC`).
public struct OutputTruncated: ActionBody {
    public var port: PortNumber
    /// How many octets go (`max_len`).
    public var maximumLength: UInt32

    /// Makes an action; traps for a port that does not fit into 16 bits.
    public init(port: PortNumber, maximumLength: UInt32) {
        precondition(port.narrow != nil, "the port has 16 bits")
        self.port = port
        self.maximumLength = maximumLength
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let body = try body.take(6, for: .openFlowAction)
        port = PortNumber(narrow: body.uint16(at: 0))
        maximumLength = body.uint32(at: 2)
    }

    var kind: ActionKind { .nicira(39) }
    var bodySize: Int { 6 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: port.narrow ?? 0)
        octets.append(uint32: maximumLength)
    }
}
