extension OctetPattern {
    private static let all = Array(UInt8.min...UInt8.max)

    /// Reads four octets, each a list of numbers and ranges, or `*`, and perhaps a prefix length.
    init(_ text: String) throws(SpecificationError) {
        var body = text[...]
        var length = 32
        if let slash = text.firstIndex(of: "/") {
            let start = text.index(after: slash)
            length = try TargetSpecification.prefixLength(
                text[start...], most: 32, in: text, at: text.utf8.distance(from: text.startIndex, to: start))
            body = text[..<slash]
        }
        var octets: [[UInt8]] = []
        let parts = body.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else {
            let end = text.utf8.distance(from: text.startIndex, to: body.endIndex)
            throw SpecificationError("an IPv4 address has four octets, not \(parts.count)", in: text, at: end)
        }
        for part in parts { octets.append(try Self.values(part, in: text)) }
        // The bits behind the prefix take every value, whatever the octets say of them.
        for place in 0..<4 {
            let free = max(0, min(8, 8 * (place + 1) - length))
            guard free > 0 else { continue }
            let mask = UInt8(truncatingIfNeeded: 0xFF << free)
            octets[place] = Set(octets[place].map { $0 & mask }).flatMap { base in
                (0..<(1 << free)).map { base | UInt8($0) }
            }
        }
        self.init(octets)
    }

    private static func values(_ part: Substring, in text: String) throws(SpecificationError) -> [UInt8] {
        let start = text.utf8.distance(from: text.startIndex, to: part.startIndex)
        if part == "*" { return all }
        guard !part.isEmpty else { throw SpecificationError("an octet is missing", in: text, at: start) }
        var found: [UInt8] = []
        for item in part.split(separator: ",", omittingEmptySubsequences: false) {
            let offset = text.utf8.distance(from: text.startIndex, to: item.startIndex)
            if item == "*" {
                found += all
                continue
            }
            let ends = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = ends.first, !item.isEmpty else {
                throw SpecificationError("a number is missing", in: text, at: offset)
            }
            let low = try number(first, otherwise: ends.count == 2 ? 0 : nil, in: text, at: offset)
            guard ends.count == 2 else {
                found.append(low)
                continue
            }
            let high = try number(ends[1], otherwise: 255, in: text, at: offset + first.utf8.count + 1)
            guard low <= high else {
                throw SpecificationError("the range \(item) is reversed", in: text, at: offset)
            }
            found += low...high
        }
        return found
    }

    private static func number(
        _ digits: Substring, otherwise standard: UInt8?, in text: String, at offset: Int
    ) throws(SpecificationError) -> UInt8 {
        if digits.isEmpty, let standard { return standard }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw SpecificationError("an octet is a number, a range, a list or '*'", in: text, at: offset)
        }
        guard digits.utf8.count <= 9, let value = Int(digits), value <= 255 else {
            throw SpecificationError("octet \(digits) is above 255", in: text, at: offset)
        }
        return UInt8(value)
    }
}
