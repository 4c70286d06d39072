/// How text from a file is shown on a terminal: nothing of it may steer the terminal, and columns must line up.
enum Display {
    /// What a scalar looks like, and how many cells of a terminal it takes.
    ///
    /// Control characters and those that reorder text become visible signs; a tab becomes spaces.
    static func cells(of scalar: Unicode.Scalar, at column: Int) -> (text: String, width: Int) {
        switch scalar.value {
        case 0x20..<0x7F: return (String(scalar), 1)
        case 0x09:
            let width = tabWidth - column % tabWidth
            return (String(repeating: " ", count: width), width)
        case 0..<0x20: return (Unicode.Scalar(0x2400 + scalar.value).map { String($0) } ?? "?", 1)
        case 0x7F: return ("\u{2421}", 1)
        case 0x80..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: return ("\u{FFFD}", 1)
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return (String(scalar), 0)
        default: return (String(scalar), isWide(scalar) ? 2 : 1)
        }
    }

    /// Text within a sentence: on one line, visible, in quotes, and cut if it is long.
    static func quoted(_ text: String) -> String {
        let most = 48
        let shown = visible(text.unicodeScalars.prefix(most))
        return "'\(shown)\(text.unicodeScalars.count > most ? "…" : "")'"
    }

    /// Text with a sign for each character that would do something to a terminal, line breaks among them.
    static func visible(_ text: some StringProtocol) -> String { visible(text.unicodeScalars) }

    private static func visible(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var shown = ""
        for scalar in scalars { shown += cells(of: scalar, at: tabWidth - 1).text }
        return shown
    }

    /// A character's number and, if it has one, name.
    static func name(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return (scalar.properties.name ?? scalar.properties.nameAlias).map { "\(number) (\($0))" } ?? number
    }

    private static let tabWidth = 4

    /// Whether terminals give the scalar two cells (Unicode Standard Annex 11: East Asian Wide and Fullwidth).
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: scalar.properties.isEmojiPresentation
        }
    }
}
