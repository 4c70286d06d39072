/// A JSON document as it is read: of a report that `--diff` is given, which may be anything.
enum JSONValue: Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// How deep a document may nest.
    static let maximumDepth = 32

    /// Reads a whole document; nil if it is none.
    init?(_ octets: [UInt8]) {
        var reader = Reader(octets: octets)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        guard reader.offset == octets.count else { return nil }
        self = value
    }

    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
    var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    private struct Reader {
        let octets: [UInt8]
        var offset = 0

        var next: UInt8? { offset < octets.count ? octets[offset] : nil }

        mutating func skipSpace() {
            while let octet = next, octet == 0x20 || octet == 0x0A || octet == 0x0D || octet == 0x09 { offset += 1 }
        }

        mutating func take(_ text: String) -> Bool {
            guard octets.starts(text, at: offset) else { return false }
            offset += text.utf8.count
            return true
        }

        mutating func value(depth: Int) -> JSONValue? {
            guard depth < JSONValue.maximumDepth else { return nil }
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(_ depth: Int) -> JSONValue? {
            offset += 1
            var members: [String: JSONValue] = [:]
            skipSpace()
            if take("}") { return .object(members) }
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\""), let key = string() else { return nil }
                skipSpace()
                guard take(":"), let value = value(depth: depth + 1) else { return nil }
                members[key] = value
                skipSpace()
                if take("}") { return .object(members) }
                guard take(",") else { return nil }
            }
        }

        private mutating func array(_ depth: Int) -> JSONValue? {
            offset += 1
            var elements: [JSONValue] = []
            skipSpace()
            if take("]") { return .array(elements) }
            while true {
                guard let value = value(depth: depth + 1) else { return nil }
                elements.append(value)
                skipSpace()
                if take("]") { return .array(elements) }
                guard take(",") else { return nil }
            }
        }

        private mutating func number() -> JSONValue? {
            let start = offset
            while let octet = next, "+-.eE0123456789".utf8.contains(octet), offset - start < 32 { offset += 1 }
            guard offset > start, let number = Double(String(decoding: octets[start..<offset], as: UTF8.self)) else {
                return nil
            }
            return .number(number)
        }

        private mutating func string() -> String? {
            offset += 1
            var found: [UInt8] = []
            while let octet = next {
                offset += 1
                switch octet {
                case UInt8(ascii: "\""): return String(decoding: found, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escape = next else { return nil }
                    offset += 1
                    switch escape {
                    case UInt8(ascii: "n"): found.append(0x0A)
                    case UInt8(ascii: "t"): found.append(0x09)
                    case UInt8(ascii: "r"): found.append(0x0D)
                    case UInt8(ascii: "b"): found.append(0x08)
                    case UInt8(ascii: "f"): found.append(0x0C)
                    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): found.append(escape)
                    case UInt8(ascii: "u"):
                        guard let scalar = scalar() else { return nil }
                        found += Array(String(Character(scalar)).utf8)
                    default: return nil
                    }
                case 0..<0x20: return nil
                default: found.append(octet)
                }
            }
            return nil
        }

        private mutating func unit() -> UInt32? {
            guard offset + 4 <= octets.count,
                let unit = UInt32(String(decoding: octets[offset..<offset + 4], as: UTF8.self), radix: 16)
            else { return nil }
            offset += 4
            return unit
        }

        private mutating func scalar() -> Unicode.Scalar? {
            guard let first = unit() else { return nil }
            guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
            guard take("\\u"), let second = unit(), (0xDC00..<0xE000).contains(second) else { return nil }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        }
    }
}
