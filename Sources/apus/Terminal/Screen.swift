import Glibc

/// A terminal that shows one page at a time, on the screen beside the one that has the shell's text.
///
/// What it changed is put back by `leave`, which every way out calls: the end, Ctrl-C and a failure alike.
struct Screen {
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"
    private static let restore = "\u{1B}[?25h\u{1B}[?1049l"

    /// Goes to the other screen and hides the cursor.
    init() { Stream.standardOutput.write(Self.enter) }

    /// Goes back to the shell's screen.
    func leave() { Stream.standardOutput.write(Self.restore) }

    /// Shows `lines`, cut to the screen; each is written over the old one, so that nothing flickers.
    func show(_ lines: [String]) {
        let (columns, rows) = Self.size
        var page = "\u{1B}[H"
        for line in lines.prefix(rows - 1) { page += Self.cut(line, to: columns) + "\u{1B}[0m\u{1B}[K\n" }
        Stream.standardOutput.write(page + "\u{1B}[J")
    }

    /// Columns and rows, 80 and 24 if the terminal does not say (`tty_ioctl(4)`).
    private static var size: (columns: Int, rows: Int) {
        var size = winsize()
        // The call fills the structure, which is on our stack.
        guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 1 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// The first `columns` characters of `line`; escape sequences take no room.
    static func cut(_ line: String, to columns: Int) -> String {
        var shown = ""
        var count = 0
        var isEscape = false
        for character in line {
            if character == "\u{1B}" { isEscape = true }
            if !isEscape {
                guard count < columns else { continue }
                count += 1
            }
            shown.append(character)
            if isEscape, character.isLetter { isEscape = false }
        }
        return shown
    }
}
