public import Wire

/// What becomes of a packet that a flow matches (OpenFlow 1.4, 7.2.5).
public enum Instruction: Hashable, Sendable {
    case gotoTable(UInt8)
    case writeMetadata(UInt64, mask: UInt64)
    case writeActions([Action])
    case applyActions([Action])
    case clearActions
    case meter(UInt32)
    /// One that we do not know; what follows type and length.
    case other(type: UInt16, body: [UInt8])
}

extension Instruction: Structure {
    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowInstruction)
        let (type, length) = (head.uint16(at: 0), head.uint16(at: 2))
        guard length >= 8, length % 8 == 0 else { throw .malformed(.openFlowInstruction, field: "len") }
        var body = try octets.take(rest: length, after: 4, for: .openFlowInstruction)
        let size = body.byteCount
        switch type {
        case 1 where size == 4: self = .gotoTable(body.uint8(at: 0))
        case 2 where size == 20: self = .writeMetadata(body.uint64(at: 4), mask: body.uint64(at: 12))
        case 3, 4:
            _ = try body.take(4, for: .openFlowInstruction)
            let actions = try [Action](readingAll: &body, depth: 0)
            self = type == 3 ? .writeActions(actions) : .applyActions(actions)
        case 5 where size == 4: self = .clearActions
        case 6 where size == 4: self = .meter(body.uint32(at: 0))
        case 1, 2, 5, 6: throw .malformed(.openFlowInstruction, field: "len")
        default: self = .other(type: type, body: [UInt8](copying: body))
        }
    }

    public var size: Int {
        switch self {
        case .gotoTable, .clearActions, .meter: 8
        case .writeMetadata: 24
        case .writeActions(let actions), .applyActions(let actions): 8 + actions.octetCount
        case .other(_, let body): 4 + body.count
        }
    }

    private var type: UInt16 {
        switch self {
        case .gotoTable: 1
        case .writeMetadata: 2
        case .writeActions: 3
        case .applyActions: 4
        case .clearActions: 5
        case .meter: 6
        case .other(let type, _): type
        }
    }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: type)
        octets.append(uint16: UInt16(size))
        switch self {
        case .gotoTable(let table):
            octets.append(table)
            octets.append(zeros: 3)
        case .writeMetadata(let value, let mask):
            octets.append(zeros: 4)
            octets.append(uint64: value)
            octets.append(uint64: mask)
        case .writeActions(let actions), .applyActions(let actions):
            octets.append(zeros: 4)
            actions.write(to: &octets)
        case .clearActions: octets.append(zeros: 4)
        case .meter(let meter): octets.append(uint32: meter)
        case .other(_, let body): octets.append(copying: body)
        }
    }
}
