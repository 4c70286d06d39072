/// Makes octets of a stranger fit to be printed, stored and searched: no terminal obeys what comes out.
public enum Sanitizer {
    /// Text of at most `limit` characters: printable ASCII stays, other valid UTF-8 that prints stays, anything else, escape
    /// sequences and directions of writing included, becomes `.`; runs of white space become one space.
    public static func text(_ octets: [UInt8], limit: Int = 160) -> String {
        var text = ""
        var count = 0
        var isSpacePending = false
        // Decoding repairs what is no UTF-8 to U+FFFD; four octets are enough for each character.
        for scalar in String(decoding: octets.prefix(limit * 4 + 64), as: UTF8.self).unicodeScalars {
            if scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n" {
                isSpacePending = !text.isEmpty
                continue
            }
            guard count < limit else { break }
            if isSpacePending {
                text.append(" ")
                count += 1
                isSpacePending = false
                guard count < limit else { break }
            }
            text.unicodeScalars.append(isPrintable(scalar) ? scalar : ".")
            count += 1
        }
        return text
    }

    /// Octets with what does not print as `\xHH`, which loses nothing.
    public static func escaped(_ octets: [UInt8], limit: Int = 256) -> String {
        var text = ""
        for octet in octets.prefix(limit) {
            switch octet {
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0x5C: text += "\\\\"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(octet))
            default:
                let digits = String(octet, radix: 16)
                text += "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .nonspacingMark, .enclosingMark, .spacingMark:
            return false
        default: return scalar.value != 0xFFFD
        }
    }
}
