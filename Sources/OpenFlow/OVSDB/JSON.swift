/// A JSON value (RFC 8259), as OVSDB uses them.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits.
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The text, if it is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The integer, if it is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The elements, if it is an array.
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if it is an object.
    public var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }

    /// A member of an object; nil for others.
    public subscript(name: String) -> JSON? { object?[name] }
}

extension JSON {
    /// The value as UTF-8, without blanks, an object's members in the order of their names.
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        write(to: &octets)
        return octets
    }

    private func write(to octets: inout [UInt8]) {
        switch self {
        case .null: octets += "null".utf8
        case .bool(let value): octets += (value ? "true" : "false").utf8
        case .integer(let value): octets += String(value).utf8
        case .number(let value):
            // JSON has no infinities.
            octets += (value.isFinite ? String(value) : "null").utf8
        case .string(let value): Self.write(value, to: &octets)
        case .array(let values):
            octets.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { octets.append(UInt8(ascii: ",")) }
                value.write(to: &octets)
            }
            octets.append(UInt8(ascii: "]"))
        case .object(let members):
            octets.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { octets.append(UInt8(ascii: ",")) }
                Self.write(member.key, to: &octets)
                octets.append(UInt8(ascii: ":"))
                member.value.write(to: &octets)
            }
            octets.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to octets: inout [UInt8]) {
        octets.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): octets += [UInt8(ascii: "\\"), octet]
            case 0..<0x20:
                let digits = String(octet, radix: 16)
                octets += ("\\u00" + (digits.utf8.count == 1 ? "0" : "") + digits).utf8
            default: octets.append(octet)
            }
        }
        octets.append(UInt8(ascii: "\""))
    }
}

/// Why octets are no JSON.
public enum JSONError: Error, Hashable, Sendable {
    /// An octet that may not stand there, by its place in the value.
    case malformed(at: Int)
    /// More arrays and objects inside each other than are allowed.
    case tooDeep
    /// More octets in one value than are allowed.
    case tooLong
}
