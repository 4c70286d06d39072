/// Reading at offsets of hostile octets: nil where there are none.
extension Array<UInt8> {
    func byte(_ offset: Int) -> Int? { offset >= 0 && offset < count ? Int(self[offset]) : nil }

    func big16(_ offset: Int) -> Int? {
        guard let high = byte(offset), let low = byte(offset + 1) else { return nil }
        return high << 8 | low
    }

    func big32(_ offset: Int) -> Int? {
        guard let high = big16(offset), let low = big16(offset + 2) else { return nil }
        return high << 16 | low
    }

    func little16(_ offset: Int) -> Int? {
        guard let low = byte(offset), let high = byte(offset + 1) else { return nil }
        return high << 8 | low
    }

    func little32(_ offset: Int) -> Int? {
        guard let low = little16(offset), let high = little16(offset + 2) else { return nil }
        return high << 16 | low
    }

    /// Up to `count` octets from `offset` on; fewer, or none, if there are not that many.
    func slice(_ offset: Int, _ count: Int) -> [UInt8] {
        guard offset >= 0, count > 0, offset < self.count else { return [] }
        return Array(self[offset..<Swift.min(self.count, offset + count)])
    }

    func starts(_ text: String, at offset: Int = 0) -> Bool {
        let wanted = Array(text.utf8)
        return slice(offset, wanted.count) == wanted
    }

    /// Where `text` begins, at or behind `offset`.
    func find(_ text: String, from offset: Int = 0) -> Int? {
        let wanted = Array(text.utf8)
        guard !wanted.isEmpty, count >= wanted.count, offset >= 0 else { return nil }
        var place = offset
        while place + wanted.count <= count {
            if self[place] == wanted[0], slice(place, wanted.count) == wanted { return place }
            place += 1
        }
        return nil
    }

    /// The octets up to the first `end`, or all.
    func upTo(_ end: UInt8, from offset: Int = 0) -> [UInt8] {
        guard offset < count else { return [] }
        return Array(self[offset...].prefix { $0 != end })
    }

    /// The first line, without its end; nil before it has ended.
    var line: [UInt8]? {
        guard let end = firstIndex(of: 0x0A) else { return nil }
        return Array(self[..<end].filter { $0 != 0x0D })
    }

    /// Lines of text, made printable.
    var lines: [String] { split(separator: 0x0A).prefix(64).map { Sanitizer.text(Array($0)) } }

    mutating func append(big16 value: Int) {
        self += [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    mutating func append(big32 value: Int) {
        append(big16: value >> 16)
        append(big16: value)
    }

    mutating func append(little32 value: Int) {
        self += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
