/// Reads one value that is all of some octets.
struct JSONParser {
    private let octets: [UInt8]
    private var position = 0
    private let depthLimit: Int

    /// Reads the value; blanks around it count for nothing.
    static func parse(_ octets: [UInt8], depthLimit: Int) throws(JSONError) -> JSON {
        var parser = JSONParser(octets: octets, depthLimit: depthLimit)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.position == octets.count else { throw .malformed(at: parser.position) }
        return value
    }

    private init(octets: [UInt8], depthLimit: Int) {
        self.octets = octets
        self.depthLimit = depthLimit
    }

    private var current: UInt8? { position < octets.count ? octets[position] : nil }

    private mutating func skipBlanks() {
        while let octet = current, octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D { position += 1 }
    }

    private mutating func take(_ octet: UInt8) -> Bool {
        guard current == octet else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
        for octet in word.utf8 {
            guard take(octet) else { throw .malformed(at: position) }
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        guard depth < depthLimit else { throw .tooDeep }
        position += 1
        var members: [String: JSON] = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            let place = position
            let name = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw .malformed(at: position) }
            // Readers that differ in which of two members they take can be played against each other.
            guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
                throw .malformed(at: place)
            }
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .malformed(at: position) }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        guard depth < depthLimit else { throw .tooDeep }
        position += 1
        var values: [JSON] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(values) }
        repeat {
            values.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .malformed(at: position) }
        return .array(values)
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: octets[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw .malformed(at: start) }
        return .number(number)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let octet = current, octet &- 0x30 < 10 { position += 1 }
        guard position > start else { throw .malformed(at: position) }
    }

    private mutating func string() throws(JSONError) -> String {
        guard take(UInt8(ascii: "\"")) else { throw .malformed(at: position) }
        let start = position
        var text: [UInt8] = []
        while let octet = current {
            position += 1
            switch octet {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw .malformed(at: start) }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw .malformed(at: position - 1)
            default: text.append(octet)
            }
        }
        throw .malformed(at: position)
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let octet = current else { throw .malformed(at: position) }
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [octet]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw .malformed(at: position - 1)
        }
    }

    /// A character by its number; two halves of one stand together.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let start = position
        let first = try unit()
        var number = UInt32(first)
        if UTF16.isLeadSurrogate(first) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .malformed(at: start) }
            let second = try unit()
            guard UTF16.isTrailSurrogate(second) else { throw .malformed(at: start) }
            number = 0x10000 + ((UInt32(first) & 0x3FF) << 10 | (UInt32(second) & 0x3FF))
        }
        guard let scalar = Unicode.Scalar(number) else { throw .malformed(at: start) }
        return scalar
    }

    private mutating func unit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let octet = current, let digit = Character(Unicode.Scalar(octet)).hexDigitValue else {
                throw .malformed(at: position)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
