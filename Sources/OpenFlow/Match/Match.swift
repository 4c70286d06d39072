public import Wire

/// Which packets a flow is for: fields that must all agree (OpenFlow 1.4, 7.2.3).
public struct Match: Hashable, Sendable {
    /// The fields, in an order in which each comes after those it depends on.
    public private(set) var fields: [MatchField] = []

    /// Makes a match for every packet.
    public init() {}

    /// Makes a match of fields; of two for the same field the later holds.
    public init(_ fields: some Sequence<MatchField>) {
        for field in fields { set(field) }
    }

    /// Demands a field; one for the same field is replaced, and one whose mask is empty demands nothing.
    public mutating func set(_ new: MatchField) {
        remove { $0.identifier == new.identifier }
        if case .known(_, _, 0?) = new { return }
        fields.append(new)
    }

    /// Takes a field out.
    public mutating func remove(_ field: Field) {
        remove { $0.field == field }
    }

    private mutating func remove(where condition: (MatchField) -> Bool) {
        if let index = fields.firstIndex(where: condition) { fields.remove(at: index) }
    }

    /// The value and the mask, full if it is exact, of a field; nil if the match does not speak of it.
    public subscript(field: Field) -> (value: UInt128, mask: UInt128)? {
        for case .known(field, let value, let mask) in fields { return (value, mask ?? field.fullMask) }
        return nil
    }

    /// The value of a field that must agree exactly; nil for others.
    public func exact(_ field: Field) -> UInt128? {
        for case .known(field, let value, nil) in fields { return value }
        return nil
    }

    /// The same match in the one order and form in which equal matches are equal.
    ///
    /// Switches give fields back in another order than they got them, and Open vSwitch with other names for some.
    public var canonical: Match {
        var canonical = Match()
        for field in fields.flatMap(\.elementary) { canonical.join(field) }
        canonical.fields.sort(by: Match.precedes)
        return canonical
    }

    /// Demands a field beside what is demanded of it already.
    private mutating func join(_ new: MatchField) {
        guard case .known(let field, let value, let mask) = new, let old = self[field] else {
            set(new)
            return
        }
        set(.masked(field, old.value | value, old.mask | (mask ?? field.fullMask)))
    }

    private static func precedes(_ left: MatchField, _ right: MatchField) -> Bool {
        switch (left, right) {
        case (.known(let left, _, _), .known(let right, _, _)): left < right
        case (.known, .other): true
        case (.other, .known): false
        case (.other(let left, _, _), .other(let right, _, _)):
            (left.fieldClass, left.experimenter, left.number) < (right.fieldClass, right.experimenter, right.number)
        }
    }
}

extension Match: Structure {
    /// `OFPMT_OXM`, the only kind of match that OpenFlow 1.4 has.
    static let oxmType: UInt16 = 1

    public init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .openFlowMatch)
        guard head.uint16(at: 0) == Self.oxmType else { throw .malformed(.openFlowMatch, field: "type") }
        let length = head.uint16(at: 2)
        var rest = try octets.take(rest: length, after: 4, for: .openFlowMatch)
        _ = try octets.take(padded(Int(length)) - Int(length), for: .openFlowMatch)
        while !rest.isEmpty {
            let field = try MatchField(reading: &rest)
            let identifier = field.identifier
            guard !fields.contains(where: { $0.identifier == identifier }) else {
                throw .malformed(.openFlowMatch, field: "oxm_fields")
            }
            set(field)
        }
    }

    private var length: Int { 4 + fields.reduce(0) { $0 + $1.size } }

    public var size: Int { padded(length) }

    public func write(to octets: inout OutputSpan<UInt8>) {
        let length = length
        octets.append(uint16: Self.oxmType)
        octets.append(uint16: UInt16(length))
        for field in fields { field.write(to: &octets) }
        octets.append(zeros: padded(length) - length)
    }
}
