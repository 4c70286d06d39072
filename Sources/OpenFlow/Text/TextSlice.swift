/// A part of a text that knows where in it it stands.
struct TextSlice {
    let text: [UInt8]
    var start: Int
    var end: Int

    init(_ text: String) {
        self.text = Array(text.utf8)
        (start, end) = (0, self.text.count)
    }

    private init(_ text: [UInt8], _ start: Int, _ end: Int) {
        (self.text, self.start, self.end) = (text, start, end)
    }

    var isEmpty: Bool { start >= end }
    var string: String { String(decoding: text[start..<end], as: UTF8.self) }
    var first: UInt8? { isEmpty ? nil : text[start] }

    /// An error about this part.
    func error(_ message: String) -> TextError { TextError(column: start + 1, message: message) }

    func slice(_ from: Int, _ to: Int) -> TextSlice { TextSlice(text, from, to) }

    /// Where an octet is first; nil if nowhere.
    func index(of character: Character) -> Int? {
        guard let octet = character.asciiValue else { return nil }
        return text[start..<end].firstIndex(of: octet)
    }

    /// Where a word is first; nil if nowhere.
    func index(of word: String) -> Int? {
        let octets = Array(word.utf8)
        guard end - start >= octets.count else { return nil }
        return (start...end - octets.count).first { text[$0..<$0 + octets.count].elementsEqual(octets) }
    }

    /// The parts around the first of a word; nil if there is none.
    func split(at word: String) -> (before: TextSlice, after: TextSlice)? {
        guard let index = index(of: word) else { return nil }
        return (slice(start, index), slice(index + word.utf8.count, end))
    }

    /// The parts between octets of a set, without empty ones.
    func parts(between separators: String) -> [TextSlice] {
        let octets = Set(separators.utf8)
        var parts: [TextSlice] = []
        var from = start
        for index in start...end where index == end || octets.contains(text[index]) {
            if index > from { parts.append(slice(from, index)) }
            from = index + 1
        }
        return parts
    }

    /// Without blanks at either end.
    var trimmed: TextSlice {
        var trimmed = self
        while let octet = trimmed.first, Self.blanks.contains(octet) { trimmed.start += 1 }
        while trimmed.end > trimmed.start, Self.blanks.contains(text[trimmed.end - 1]) { trimmed.end -= 1 }
        return trimmed
    }

    private static let blanks = Set(" \t\r\n".utf8)
    private static let keyEnds = Set(":=(, \t\r\n".utf8)
    private static let valueEnds = Set(", \t\r\n".utf8)

    /// A key, and its value if it has one.
    struct Pair {
        let key: TextSlice
        let value: TextSlice

        var name: String { key.string }
    }

    /// Takes the next pair off: `key`, `key=value`, `key:value` or `key(value)`; nil at the end.
    ///
    /// Parentheses in a value hide what else would end it. What stands behind `)->` belongs to the value.
    mutating func nextPair() -> Pair? {
        while let octet = first, Self.valueEnds.contains(octet) { start += 1 }
        guard !isEmpty else { return nil }
        var index = start
        while index < end, !Self.keyEnds.contains(text[index]) { index += 1 }
        let key = slice(start, index)
        guard index < end, !Self.valueEnds.contains(text[index]) else {
            start = min(index + 1, end)
            return Pair(key: key, value: slice(index, index))
        }
        let from = index + 1
        let isNested = text[index] == UInt8(ascii: "(")
        var to = valueEnd(from, isNested ? [UInt8(ascii: ")")] : Self.valueEnds)
        if isNested, to + 2 < end, text[to + 1] == UInt8(ascii: "-"), text[to + 2] == UInt8(ascii: ">") {
            to = valueEnd(to, Self.valueEnds)
        }
        start = min(to + 1, end)
        return Pair(key: key, value: slice(from, to))
    }

    private func valueEnd(_ from: Int, _ ends: Set<UInt8>) -> Int {
        var index = from
        var level = 0
        while index < end {
            let octet = text[index]
            if level == 0, ends.contains(octet) { return index }
            if octet == UInt8(ascii: "(") { level += 1 }
            if octet == UInt8(ascii: ")"), level > 0 { level -= 1 }
            index += 1
        }
        return end
    }
}

// Numbers.
extension TextSlice {
    /// An integer as C reads it: decimal, hexadecimal behind `0x`, octal behind `0`; nil for anything else.
    var wide: UInt128? {
        guard let first, first &- 0x30 < 10 else { return nil }
        let string = string
        // Swift would take a sign behind the prefix.
        guard !string.utf8.contains(UInt8(ascii: "+")), !string.utf8.contains(UInt8(ascii: "-")) else { return nil }
        if string.hasPrefix("0x") || string.hasPrefix("0X") { return UInt128(string.dropFirst(2), radix: 16) }
        if first == 0x30, string.utf8.count > 1 { return UInt128(string.dropFirst(), radix: 8) }
        return UInt128(string)
    }

    /// An integer of a type.
    func number<Integer: FixedWidthInteger>(
        _ what: String, _ type: Integer.Type = Integer.self
    ) throws(TextError) -> Integer {
        // A mask of all bits may be written so.
        if string == "-1" { return Integer.max }
        guard let wide else { throw error("'\(string)' is not a number, but \(what) is") }
        guard let number = Integer(exactly: wide) else { throw error("\(what) is at most \(Integer.max)") }
        return number
    }

    /// A port by number or name, in upper or lower case.
    var port: PortNumber? {
        let string = string
        if let wide {
            if wide <= 0xFFFF { return PortNumber(narrow: UInt16(wide)) }
            return UInt32(exactly: wide).flatMap { $0 >= 0xFFFF_FF00 ? PortNumber(rawValue: $0) : nil }
        }
        if string.lowercased() == "none" { return .any }
        return PortNumber.names.first { $0.1.lowercased() == string.lowercased() }?.0
    }

    /// Octets in hexadecimal pairs with points, blanks or nothing between.
    func octets() throws(TextError) -> [UInt8] {
        var octets: [UInt8] = []
        var index = start
        while index < end {
            if text[index] == UInt8(ascii: ".") || Self.blanks.contains(text[index]) {
                index += 1
                continue
            }
            guard index + 1 < end, let high = Self.digit(text[index]), let low = Self.digit(text[index + 1]) else {
                throw slice(index, end).error("octets are pairs of hexadecimal digits")
            }
            octets.append(high << 4 | low)
            index += 2
        }
        return octets
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        if octet &- 0x30 < 10 { return octet &- 0x30 }
        let letter = octet | 0x20
        return letter &- 0x61 < 6 ? letter &- 0x61 &+ 10 : nil
    }

    /// Some bits of a field: `reg0`, `NXM_NX_REG0[]`, `reg0[3]`, `reg0[0..15]`.
    func subfield() throws(TextError) -> Subfield {
        let (name, bits) = split(at: "[").map { ($0.before, Optional($0.after)) } ?? (self, nil)
        guard let field = Field(name: name.string) else { throw error("no field is called '\(name.string)'") }
        guard var bits else { return Subfield(field) }
        guard !bits.isEmpty, text[bits.end - 1] == UInt8(ascii: "]") else { throw bits.error("']' is missing") }
        bits.end -= 1
        guard !bits.isEmpty else { return Subfield(field) }
        let (low, high) = bits.split(at: "..").map { ($0.before, $0.after) } ?? (bits, bits)
        let first: UInt16 = try low.number("a bit")
        let last: UInt16 = try high.number("a bit")
        guard first <= last else { throw bits.error("bit \(first) is behind bit \(last)") }
        guard Int(last) < field.bits else { throw bits.error("\(field.name) has \(field.bits) bits only") }
        return Subfield(field, offset: Int(first), bits: Int(last - first) + 1)
    }
}
