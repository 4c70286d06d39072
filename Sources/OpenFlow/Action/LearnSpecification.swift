import Wire

/// One thing that a learnt flow matches or does (`NX_LEARN_SRC_`, `NX_LEARN_DST_`).
public struct LearnSpecification: Hashable, Sendable {
    /// Where bits come from.
    public enum Source: Hashable, Sendable {
        case field(Subfield)
        case value(UInt128)
    }

    /// What becomes of them.
    public enum Target: Hashable, Sendable {
        /// The flow matches a field that has them.
        case match(Subfield)
        /// The flow writes them into a field.
        case load(Subfield)
        /// The flow sends to the port that they name.
        case output
    }

    public let source: Source
    public let target: Target
    /// How many bits.
    public let bits: Int

    /// Makes a specification; traps if source and target have not as many bits, or fields have long headers.
    public init(from source: Source, to target: Target) {
        switch (source, target) {
        case (.field(let from), .match(let to)), (.field(let from), .load(let to)):
            precondition(from.bits == to.bits, "as many bits are written as are read")
            precondition(from.field.fitsFourOctets && to.field.fitsFourOctets, "fields have headers of four octets")
            bits = from.bits
        case (.value(let value), .match(let to)), (.value(let value), .load(let to)):
            precondition(to.bits == 128 || value >> UInt128(to.bits) == 0, "the value fits")
            precondition(to.field.fitsFourOctets, "fields have headers of four octets")
            bits = to.bits
        case (.field(let from), .output):
            precondition(from.field.fitsFourOctets, "fields have headers of four octets")
            bits = from.bits
        case (.value, .output):
            preconditionFailure("a port to learn comes from a field")
        }
        self.source = source
        self.target = target
    }

    init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(2, for: .openFlowAction).uint16(at: 0)
        bits = Int(head & 0x7FF)
        let (isValue, kind) = (head >> 13 & 1 == 1, head >> 11 & 3)
        guard head >> 14 == 0, bits > 0, kind < 3, !(isValue && kind == 2) else {
            throw .malformed(.openFlowAction, field: "flow_mod_spec")
        }
        if isValue {
            let raw = try octets.take((bits + 15) / 16 * 2, for: .openFlowAction)
            guard bits <= 128 else { throw .malformed(.openFlowAction, field: "n_bits") }
            let value = raw.integer(at: 0, octets: raw.byteCount)
            guard bits == 128 || value >> UInt128(bits) == 0 else { throw .malformed(.openFlowAction, field: "value") }
            source = .value(value)
        } else {
            source = .field(try Self.subfield(&octets, bits))
        }
        switch kind {
        case 0: target = .match(try Self.subfield(&octets, bits))
        case 1: target = .load(try Self.subfield(&octets, bits))
        default: target = .output
        }
    }

    private static func subfield(_ octets: inout RawSpan, _ bits: Int) throws(WireError) -> Subfield {
        let field = try Field(header: &octets)
        guard field.fitsFourOctets else { throw .malformed(.openFlowAction, field: "oxm_class") }
        let offset = try octets.take(2, for: .openFlowAction).uint16(at: 0)
        return try Subfield(checking: field, offset: Int(offset), bits: bits, "ofs")
    }

    var size: Int {
        let from = if case .value = source { (bits + 15) / 16 * 2 } else { 6 }
        return 2 + from + (target == .output ? 0 : 6)
    }

    func write(to octets: inout OutputSpan<UInt8>) {
        let kind: UInt16
        let field: Subfield?
        switch target {
        case .match(let to): (kind, field) = (0, to)
        case .load(let to): (kind, field) = (1, to)
        case .output: (kind, field) = (2, nil)
        }
        switch source {
        case .value(let value):
            octets.append(uint16: 0x2000 | kind << 11 | UInt16(bits))
            octets.append(integer: value, octets: (bits + 15) / 16 * 2)
        case .field(let from):
            octets.append(uint16: kind << 11 | UInt16(bits))
            from.field.writeHeader(to: &octets)
            octets.append(uint16: UInt16(from.offset))
        }
        if let field {
            field.field.writeHeader(to: &octets)
            octets.append(uint16: UInt16(field.offset))
        }
    }
}
