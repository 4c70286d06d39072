import Wire

/// Some bits of a field that stand together.
public struct Subfield: Hashable, Sendable {
    /// The field.
    public let field: Field
    /// The lowest bit, from 0.
    public let offset: Int
    /// How many bits, 1 at least.
    public let bits: Int

    /// Makes a subfield; traps if the bits are not all in the field.
    public init(_ field: Field, offset: Int, bits: Int) {
        precondition(offset >= 0 && bits > 0 && offset + bits <= field.bits, "a subfield lies in its field")
        self.field = field
        self.offset = offset
        self.bits = bits
    }

    /// All bits of a field.
    public init(_ field: Field) {
        self.init(field, offset: 0, bits: field.bits)
    }

    /// Whether these are all the bits of the field.
    public var isWhole: Bool { offset == 0 && bits == field.bits }

    /// Its bits in the field.
    var mask: UInt128 {
        let low: UInt128 = bits == 128 ? .max : (1 << UInt128(bits)) - 1
        return low << UInt128(offset)
    }

    /// A checked one, for numbers from the wire.
    init(checking field: Field, offset: Int, bits: Int, _ name: String) throws(WireError) {
        guard offset >= 0, bits > 0, offset + bits <= field.bits else {
            throw .malformed(.openFlowAction, field: name)
        }
        self.init(field, offset: offset, bits: bits)
    }

    /// Reads what Nicira packs into 16 bits: the offset, and the count less one in the low six.
    init(_ field: Field, packed: UInt16) throws(WireError) {
        try self.init(checking: field, offset: Int(packed >> 6), bits: Int(packed & 0x3F) + 1, "ofs_nbits")
    }

    /// Offset and count in 16 bits; nil if more than 64 bits are meant, which do not fit.
    var packed: UInt16? { bits <= 64 ? UInt16(offset << 6 | (bits - 1)) : nil }
}

extension Field {
    /// Reads the header of a field without a payload, as actions name fields; it may have an experimenter.
    init(header octets: inout RawSpan) throws(WireError) {
        let head = try FieldHeader(reading: &octets)
        guard let field = Field(head.identifier) else { throw .malformed(.openFlowAction, field: "oxm_field") }
        guard !head.hasMask, head.payloadCount == field.octets else {
            throw .malformed(.openFlowAction, field: "oxm_length")
        }
        self = field
    }

    /// What actions call it.
    var actionIdentifier: FieldIdentifier {
        guard let identifier = information.actionIdentifier else {
            preconditionFailure("every field of the registry has an identifier")
        }
        return identifier
    }

    /// How many octets a header without a payload takes.
    var headerSize: Int { actionIdentifier.size }

    /// Appends a header without a payload.
    func writeHeader(to output: inout OutputSpan<UInt8>) {
        FieldHeader(actionIdentifier, hasMask: false, payloadCount: octets).write(to: &output)
    }

    /// Whether its header takes four octets, which is all that some actions have room for.
    public var fitsFourOctets: Bool { headerSize == 4 }
}
