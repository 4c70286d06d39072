extension LineBuilder {
    /// Appends octets from the network as a JSON string, quotes included (RFC 8259, 7).
    ///
    /// What is not UTF-8 becomes U+FFFD as Unicode recommends it (one for each maximal part of a character), so the
    /// line is valid JSON whatever came. Controls, DEL and the line separators are escaped, so that a terminal or a
    /// line-based tool is not misled. At most `limit` octets of the source are shown; `…` marks the cut.
    package mutating func append(json source: UnsafeRawBufferPointer, limit: Int = 2048) {
        append(0x22)
        var index = 0
        while index < source.count {
            let plain = unsafe Self.plainOctets(in: source, from: index, to: min(source.count, limit))
            if plain > index {
                unsafe append(raw: UnsafeRawBufferPointer(rebasing: source[index..<plain]))
                index = plain
                continue
            }
            let (scalar, size) = unsafe Self.scalar(at: index, in: source)
            guard index + size <= limit else {
                append("\u{2026}")
                break
            }
            unsafe append(jsonScalar: scalar, size: size, from: UnsafeRawBufferPointer(rebasing: source[index...]))
            index += size
        }
        append(0x22)
    }

    /// Where the run of octets ends that need no escape: visible ASCII and blanks but the quote and the backslash.
    private static func plainOctets(in source: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let octet = unsafe source[index]
            guard octet &- 0x20 < 0x5F, octet != 0x22, octet != 0x5C else { break }
            index &+= 1
        }
        return index
    }

    /// Appends a string as a JSON string, quotes included.
    package mutating func append(json text: borrowing String, limit: Int = 2048) {
        let span = text.utf8Span.span
        unsafe span.withUnsafeBytes { unsafe append(json: $0, limit: limit) }
    }

    private mutating func append(jsonScalar scalar: UInt32?, size: Int, from source: UnsafeRawBufferPointer) {
        switch scalar {
        case nil: append("\\ufffd")
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case let code? where code < 0x20 || (0x7F...0x9F).contains(code) || code == 0x2028 || code == 0x2029:
            append("\\u")
            append(hex: UInt8(truncatingIfNeeded: code >> 8))
            append(hex: UInt8(truncatingIfNeeded: code))
        default: unsafe append(raw: UnsafeRawBufferPointer(rebasing: source[..<size]))
        }
    }

    /// Appends octets from the network for a text log: printable ASCII as it is, all else as `\xHH`.
    ///
    /// A quote and a backslash are escaped too, so that the octets can be read back exactly from between quotes. At most
    /// `limit` octets of the source are shown; `...` marks the cut.
    package mutating func append(escaped source: UnsafeRawBufferPointer, limit: Int = 2048) {
        for index in 0..<min(source.count, limit) {
            let octet = unsafe source[index]
            switch octet {
            case 0x22, 0x5C:
                append(0x5C)
                append(octet)
            case 0x20...0x7E:
                append(octet)
            default:
                append("\\x")
                append(hex: octet)
            }
        }
        if source.count > limit { append("...") }
    }

    private mutating func append(hex octet: UInt8) {
        append(hexDigit: octet >> 4)
        append(hexDigit: octet & 15)
    }

    private mutating func append(hexDigit digit: UInt8) {
        append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }

    /// The character that starts at `index` and its size; nil with the size of the part to skip where it is ill-formed.
    ///
    /// The ranges are those of The Unicode Standard, table 3-7.
    private static func scalar(at index: Int, in source: UnsafeRawBufferPointer) -> (UInt32?, Int) {
        let first = unsafe source[index]
        let size: Int
        var least: UInt8 = 0x80
        var most: UInt8 = 0xBF
        switch first {
        case 0x00...0x7F: return (UInt32(first), 1)
        case 0xC2...0xDF: size = 2
        case 0xE0: (size, least) = (3, 0xA0)
        case 0xED: (size, most) = (3, 0x9F)
        case 0xE1...0xEF: size = 3
        case 0xF0: (size, least) = (4, 0x90)
        case 0xF4: (size, most) = (4, 0x8F)
        case 0xF1...0xF3: size = 4
        default: return (nil, 1)
        }
        var scalar = UInt32(first) & (0x7F >> UInt32(size))
        for place in 1..<size {
            guard index + place < source.count else { return (nil, place) }
            let octet = unsafe source[index + place]
            guard (least...most).contains(octet) else { return (nil, place) }
            (least, most) = (0x80, 0xBF)
            scalar = scalar << 6 | UInt32(octet & 0x3F)
        }
        return (scalar, size)
    }
}
