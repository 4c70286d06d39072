/// One file's text, held as octets so that whatever it contains can be shown when it is refused.
package struct Source: Sendable {
    /// The most octets a file may have; a configuration of ten thousand servers stays below it.
    package static let maximumSize = 1 << 20

    /// The file's path as the user wrote it, or what stands for it in messages.
    package let name: String

    /// The text without a byte order mark.
    let octets: [UInt8]

    /// The offset of each line's first octet.
    private let starts: [Int]

    package init(name: String, octets: [UInt8]) {
        self.name = name
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self.octets = octets.starts(with: mark) ? Array(octets.dropFirst(mark.count)) : octets
        var starts = [0]
        for offset in self.octets.indices where self.octets[offset] == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.starts = starts
    }

    package init(name: String, text: String) {
        self.init(name: name, octets: Array(text.utf8))
    }

    /// How many lines there are; a line break at the end does not begin another.
    package var lineCount: Int { starts.last == octets.count && starts.count > 1 ? starts.count - 1 : starts.count }

    /// The text of a line without its break, octets that are not UTF-8 replaced; empty if there is no such line.
    package func line(_ number: Int) -> String {
        guard starts.indices.contains(number - 1) else { return "" }
        let end = number < starts.count ? starts[number] - 1 : octets.count
        var line = octets[starts[number - 1]..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    /// The place of the scalar that begins at an octet's offset.
    func place(at offset: Int) -> Place {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let column = octets[starts[low]..<min(offset, octets.count)].count { $0 & 0xC0 != 0x80 }
        return Place(line: low + 1, column: column + 1)
    }

    /// `place`, or the end of the last line that has text if it lies behind all of them.
    func clamped(_ place: Place) -> Place {
        let isLastEmpty = starts[lineCount - 1] == octets.count
        guard place.line > lineCount || (place.line == lineCount && isLastEmpty) else { return place }
        var last = min(place.line, lineCount)
        while last > 1, line(last).allSatisfy(\.isWhitespace) { last -= 1 }
        return Place(line: last, column: line(last).unicodeScalars.count + 1)
    }
}

extension Source {
    /// Whether a line begins with `text`.
    package func contains(_ text: String) -> Bool {
        (1...lineCount).contains { line($0).hasPrefix(text) }
    }
}
