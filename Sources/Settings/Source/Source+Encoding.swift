extension Source {
    /// Why the text cannot be read as YAML at all: its size, its encoding or a character; nil if it can.
    ///
    /// YAML 1.2, 5.1 forbids the same control characters. A carriage return alone and the separators U+0085, U+2028 and
    /// U+2029 are refused, too: YAML 1.1 takes them for line breaks, editors don't, and lines would be counted wrongly.
    package func encodingProblem() -> Diagnostic? {
        guard octets.count <= Self.maximumSize else {
            let most = Size.text(Self.maximumSize)
            return problem("the file has \(octets.count) octets; at most \(most) are read", at: nil)
        }
        if octets.starts(with: [0xFF, 0xFE]) || octets.starts(with: [0xFE, 0xFF]) {
            return problem("the file is UTF-16; save it as UTF-8", at: 0)
        }
        do {
            _ = try UTF8Span(validating: octets.span)
        } catch {
            let offset = error.byteOffsets.lowerBound
            let octet = String(octets[offset], radix: 16, uppercase: true)
            return problem("the file is not UTF-8: octet 0x\(octet) cannot stand here; save it as UTF-8", at: offset)
        }
        return characterProblem()
    }

    private func characterProblem() -> Diagnostic? {
        var offset = 0
        while offset < octets.count {
            defer { offset += 1 }
            let octet = octets[offset]
            let following = offset + 1 < octets.count ? octets[offset + 1] : 0
            switch octet {
            case 0x09, 0x0A, 0x20..<0x7F: continue
            case 0x0D where following == 0x0A: continue
            case 0x0D:
                return problem("a carriage return without a line feed; save the file with Unix line ends", at: offset)
            case 0x00: return problem("a NUL character; the file must be UTF-8 text", at: offset)
            case 0x00..<0x20, 0x7F:
                return problem("\(Display.name(Unicode.Scalar(octet))) cannot stand in YAML", at: offset)
            case 0xC2 where following < 0xA0:
                return problem("\(Display.name(Unicode.Scalar(following))) cannot stand in YAML", at: offset)
            case 0xE2 where following == 0x80 && (octets[offset + 2] == 0xA8 || octets[offset + 2] == 0xA9):
                let scalar: Unicode.Scalar = octets[offset + 2] == 0xA8 ? "\u{2028}" : "\u{2029}"
                return problem("\(Display.name(scalar)) separates lines unseen; remove it", at: offset)
            case 0xEF where following == 0xBB && octets[offset + 2] == 0xBF:
                return problem("a byte order mark in the middle of the file; remove it", at: offset)
            case 0xEF where following == 0xBF && octets[offset + 2] >= 0xBE:
                return problem("U+FFF\(octets[offset + 2] == 0xBE ? "E" : "F") cannot stand in YAML", at: offset)
            default: continue
            }
        }
        return nil
    }

    private func problem(_ message: String, at offset: Int?) -> Diagnostic {
        Diagnostic(.encoding, message, at: offset.map(place(at:)), in: self)
    }
}
