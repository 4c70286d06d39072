import Wire

/// Takes part in a conjunctive match (`NXAST_CONJUNCTION`).
public struct Conjunction: ActionBody {
    /// The conjunction.
    public var identifier: UInt32
    /// Which of its clauses, from 1.
    public var clause: UInt8
    /// How many clauses it has.
    public var clauses: UInt8

    /// Makes an action; traps for a clause that is none of them.
    public init(identifier: UInt32, clause: UInt8, of clauses: UInt8) {
        precondition(1...64 ~= clauses && 1...clauses ~= clause, "a clause is one of two to 64")
        (self.identifier, self.clause, self.clauses) = (identifier, clause, clauses)
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let body = try body.take(6, for: .openFlowAction)
        identifier = body.uint32(at: 2)
        guard body.uint8(at: 0) < body.uint8(at: 1), body.uint8(at: 1) <= 64 else {
            throw .malformed(.openFlowAction, field: "clause")
        }
        clause = body.uint8(at: 0) + 1
        clauses = body.uint8(at: 1)
    }

    var kind: ActionKind { .nicira(34) }
    var bodySize: Int { 6 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(clause - 1)
        octets.append(clauses)
        octets.append(uint32: identifier)
    }
}

/// Does nothing but hold octets (`NXAST_NOTE`).
public struct Note: ActionBody {
    /// The octets, with zeros up to a whole word.
    public let octets: [UInt8]

    /// Makes an action.
    public init(_ octets: [UInt8]) {
        let size = padded(max(10 + octets.count, 16)) - 10
        self.octets = octets + [UInt8](repeating: 0, count: size - octets.count)
    }

    init(reading body: inout RawSpan) throws(WireError) {
        octets = [UInt8](copying: try body.take(body.byteCount, for: .openFlowAction))
    }

    var kind: ActionKind { .nicira(8) }
    var bodySize: Int { octets.count }

    func writeBody(to output: inout OutputSpan<UInt8>) { output.append(copying: octets) }
}

/// Shortens the flow's life when a TCP connection ends (`NXAST_FIN_TIMEOUT`).
public struct FinTimeout: ActionBody {
    /// Seconds; 0 for no change.
    public var idle: UInt16
    /// Seconds; 0 for no change.
    public var hard: UInt16

    /// Makes an action.
    public init(idle: UInt16, hard: UInt16) {
        self.idle = idle
        self.hard = hard
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let body = try body.take(6, for: .openFlowAction)
        (idle, hard) = (body.uint16(at: 0), body.uint16(at: 2))
    }

    var kind: ActionKind { .nicira(19) }
    var bodySize: Int { 6 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: idle)
        octets.append(uint16: hard)
        octets.append(uint16: 0)
    }
}

/// Decrements the TTL, and tells controllers when it gets to zero (`NXAST_DEC_TTL_CNT_IDS`).
struct DecrementTTLTelling: ActionBody {
    let controllers: [UInt16]

    init(controllers: [UInt16]) {
        self.controllers = controllers
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let count = Int(try body.take(6, for: .openFlowAction).uint16(at: 0))
        let list = try body.take(2 * count, for: .openFlowAction)
        controllers = (0..<count).map { list.uint16(at: 2 * $0) }
    }

    var kind: ActionKind { .nicira(21) }
    var bodySize: Int { 6 + 2 * controllers.count }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(controllers.count))
        octets.append(zeros: 4)
        for controller in controllers { octets.append(uint16: controller) }
    }
}

/// Does actions whose changes do not last (`NXAST_CLONE`).
struct CloneBody: ActionBody {
    let actions: [Action]

    var kind: ActionKind { .nicira(42) }
    var bodySize: Int { 6 + actions.octetCount }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(zeros: 6)
        actions.write(to: &octets)
    }
}

/// Writes into a bit whether the packet is longer than so many octets (`NXAST_CHECK_PKT_LARGER`).
public struct CheckPacketLarger: ActionBody {
    public let length: UInt16
    /// One bit.
    public let target: Subfield

    /// Makes an action; traps for more than one bit.
    public init(length: UInt16, target: Subfield) {
        precondition(target.bits == 1, "the answer is one bit")
        self.length = length
        self.target = target
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let head = try body.take(4, for: .openFlowAction)
        let before = body.byteCount
        length = head.uint16(at: 0)
        target = try Subfield(checking: Field(header: &body), offset: Int(head.uint16(at: 2)), bits: 1, "offset")
        _ = try body.take(10 - (before - body.byteCount), for: .openFlowAction)
    }

    var kind: ActionKind { .nicira(49) }
    var bodySize: Int { 14 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: length)
        octets.append(uint16: UInt16(target.offset))
        target.field.writeHeader(to: &octets)
        octets.append(zeros: 10 - target.field.headerSize)
    }
}
