import Wire

/// Sets a field, or some of its bits (`OFPAT_SET_FIELD`, `NXAST_REG_LOAD2`).
struct SetField: ActionBody {
    let field: MatchField
    let kind: ActionKind

    /// Nicira's actions name fields as Nicira does.
    private var identifier: FieldIdentifier {
        if kind.experimenter != 0, let field = field.field { return field.actionIdentifier }
        return field.identifier
    }

    var bodySize: Int { field.size - field.identifier.size + identifier.size }

    func writeBody(to octets: inout OutputSpan<UInt8>) { field.write(as: identifier, to: &octets) }
}

/// Sets some bits of a field, 64 at most (`NXAST_REG_LOAD`).
public struct RegisterLoad: ActionBody {
    public let target: Subfield
    public let value: UInt64

    /// Makes an action; traps if the value does not fit, or the field has no header of four octets.
    public init(_ value: UInt64, to target: Subfield) {
        precondition(target.bits <= 64 && target.field.fitsFourOctets, "at most 64 bits are loaded")
        precondition(target.bits == 64 || value >> UInt64(target.bits) == 0, "the value fits")
        self.target = target
        self.value = value
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let packed = try body.take(2, for: .openFlowAction).uint16(at: 0)
        let field = try Field(header: &body)
        value = try body.take(8, for: .openFlowAction).uint64(at: 0)
        target = try Subfield(field, packed: packed)
        guard field.fitsFourOctets else { throw .malformed(.openFlowAction, field: "dst") }
        guard target.bits == 64 || value >> UInt64(target.bits) == 0 else {
            throw .malformed(.openFlowAction, field: "value")
        }
    }

    var kind: ActionKind { .nicira(7) }
    var bodySize: Int { 14 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: target.packed ?? 0)
        target.field.writeHeader(to: &octets)
        octets.append(uint64: value)
    }
}

/// Copies bits from one field to another (`NXAST_REG_MOVE`).
public struct RegisterMove: ActionBody {
    public let source: Subfield
    public let target: Subfield

    /// Makes an action; traps if they have not the same number of bits.
    public init(from source: Subfield, to target: Subfield) {
        precondition(source.bits == target.bits, "as many bits are written as are read")
        self.source = source
        self.target = target
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let head = try body.take(6, for: .openFlowAction)
        let bits = Int(head.uint16(at: 0))
        source = try Subfield(
            checking: Field(header: &body), offset: Int(head.uint16(at: 2)), bits: bits, "src_ofs")
        target = try Subfield(
            checking: Field(header: &body), offset: Int(head.uint16(at: 4)), bits: bits, "dst_ofs")
    }

    var kind: ActionKind { .nicira(6) }
    var bodySize: Int { 6 + source.field.headerSize + target.field.headerSize }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(source.bits))
        octets.append(uint16: UInt16(source.offset))
        octets.append(uint16: UInt16(target.offset))
        source.field.writeHeader(to: &octets)
        target.field.writeHeader(to: &octets)
    }
}

/// Deletes a field, such as a tunnel's option (`NXAST_DELETE_FIELD`).
struct DeleteField: ActionBody {
    let field: Field

    var kind: ActionKind { .nicira(50) }
    var bodySize: Int { 14 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        field.writeHeader(to: &octets)
        octets.append(zeros: 14 - field.headerSize)
    }
}
