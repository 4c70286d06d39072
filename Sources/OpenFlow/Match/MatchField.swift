public import Wire

/// A field and what it must be: one OXM of a match, or what a Set-Field action sets (OpenFlow 1.4, 7.2.3).
public enum MatchField: Hashable, Sendable {
    /// A field that we know, its value, and which bits of it count; nil for all.
    case known(Field, value: UInt128, mask: UInt128?)

    /// A field that we do not know, or whose length we do not: its payload, value and mask together.
    case other(FieldIdentifier, hasMask: Bool, payload: [UInt8])

    /// Makes an exact one; traps for a value with more bits than the field.
    public static func exact(_ field: Field, _ value: UInt128) -> MatchField {
        precondition(value & ~field.fullMask == 0, "a value has no more bits than its field")
        return .known(field, value: value, mask: nil)
    }

    /// Makes one that compares the bits of `mask`; bits of the value outside of it are cleared, as switches demand.
    public static func masked(_ field: Field, _ value: UInt128, _ mask: UInt128) -> MatchField {
        precondition(mask & ~field.fullMask == 0, "a mask has no more bits than its field")
        return .known(field, value: value & mask, mask: mask == field.fullMask ? nil : mask)
    }

    /// The field, if it is known.
    public var field: Field? {
        if case .known(let field, _, _) = self { field } else { nil }
    }
}

extension MatchField: Structure {
    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try FieldHeader(reading: &octets)
        let payload = try octets.take(head.payloadCount, for: .openFlowField)
        try self.init(head, payload)
    }

    /// Makes sense of a payload.
    init(_ head: FieldHeader, _ payload: RawSpan) throws(WireError) {
        guard let field = Field(head.identifier) else {
            self = .other(head.identifier, hasMask: head.hasMask, payload: [UInt8](copying: payload))
            return
        }
        guard payload.byteCount == field.octets * (head.hasMask ? 2 : 1) else {
            throw .malformed(.openFlowField, field: "oxm_length")
        }
        let value = payload.integer(at: 0, octets: field.octets)
        guard head.hasMask else {
            guard value & ~field.fullMask == 0 else { throw .malformed(.openFlowField, field: field.name) }
            self = .known(field, value: value, mask: nil)
            return
        }
        let mask = payload.integer(at: field.octets, octets: field.octets)
        guard value & ~mask == 0 else { throw .malformed(.openFlowField, field: field.name) }
        guard (value | mask) & ~field.fullMask == 0 || mask == field.octetsMask else {
            throw .malformed(.openFlowField, field: field.name)
        }
        guard value & ~field.fullMask == 0 else { throw .malformed(.openFlowField, field: field.name) }
        self = .masked(field, value, mask & field.fullMask)
    }

    public var size: Int {
        switch self {
        case .known(let field, _, let mask): identifier.size + field.octets * (mask == nil ? 1 : 2)
        case .other(let identifier, _, let payload): identifier.size + payload.count
        }
    }

    public func write(to octets: inout OutputSpan<UInt8>) {
        write(as: identifier, to: &octets)
    }

    /// What it is called in matches.
    var identifier: FieldIdentifier {
        switch self {
        case .known(let field, _, _):
            guard let identifier = field.information.matchIdentifier else {
                preconditionFailure("every field of the registry has an identifier")
            }
            return identifier
        case .other(let identifier, _, _): return identifier
        }
    }

    /// Appends it under a name of its own.
    func write(as identifier: FieldIdentifier, to octets: inout OutputSpan<UInt8>) {
        switch self {
        case .known(let field, let value, let mask):
            FieldHeader(identifier, hasMask: mask != nil, payloadCount: field.octets * (mask == nil ? 1 : 2))
                .write(to: &octets)
            octets.append(integer: value, octets: field.octets)
            if let mask { octets.append(integer: mask, octets: field.octets) }
        case .other(_, let hasMask, let payload):
            FieldHeader(identifier, hasMask: hasMask, payloadCount: payload.count).write(to: &octets)
            octets.append(copying: payload)
        }
    }
}

extension Field {
    /// All bits of the octets that a value takes, of which it may use fewer.
    var octetsMask: UInt128 { octets == 16 ? .max : (1 << UInt128(8 * octets)) - 1 }
}

extension RawSpan {
    /// An integer of up to sixteen octets.
    func integer(at offset: Int, octets count: Int) -> UInt128 {
        var value: UInt128 = 0
        for index in 0..<count { value = value << 8 | UInt128(uint8(at: offset + index)) }
        return value
    }
}

extension OutputSpan<UInt8> {
    /// Appends an integer of up to sixteen octets.
    @_lifetime(self: copy self)
    mutating func append(integer value: UInt128, octets count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> UInt128(8 * (count - 1 - index)))) }
    }
}
