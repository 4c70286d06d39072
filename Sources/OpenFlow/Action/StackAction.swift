import Wire

/// Bits that go onto the stack, or come from it (`NXAST_STACK_PUSH`, `NXAST_STACK_POP`).
public struct StackAction: Hashable, Sendable {
    public var subfield: Subfield

    /// Makes an action.
    public init(_ subfield: Subfield) {
        self.subfield = subfield
    }

    init(reading body: inout RawSpan) throws(WireError) {
        let offset = try body.take(2, for: .openFlowAction).uint16(at: 0)
        let before = body.byteCount
        let field = try Field(header: &body)
        let rest = try body.take(12 - (before - body.byteCount), for: .openFlowAction)
        subfield = try Subfield(checking: field, offset: Int(offset), bits: Int(rest.uint16(at: 0)), "n_bits")
    }
}

/// A stack's action in its direction.
struct StackBody: ActionBody {
    let action: StackAction
    let kind: ActionKind

    var bodySize: Int { 14 }

    func writeBody(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: UInt16(action.subfield.offset))
        action.subfield.field.writeHeader(to: &octets)
        octets.append(uint16: UInt16(action.subfield.bits))
        octets.append(zeros: 10 - action.subfield.field.headerSize)
    }
}
