extension Diagnostic {
    /// The mistake for people: `file:line:column: error: …`, the line and a caret below the first wrong character.
    ///
    /// Nothing of the file reaches the terminal that could steer it. No line break at the end.
    package func text(isColoured: Bool = false) -> String {
        let paint = Paint(isOn: isColoured)
        let label = severity == .error ? paint.red("error:") : paint.magenta("warning:")
        var lines = [paint.bold("\(position(place)): ") + label + " " + paint.bold(message)]
        if let place { lines += Excerpt(of: source, at: place).lines(paint) }
        for note in notes {
            lines.append(paint.bold("\(position(note.place)): ") + paint.cyan("note:") + " " + note.message)
            lines += Excerpt(of: source, at: note.place).lines(paint)
        }
        return lines.joined(separator: "\n")
    }

    private func position(_ place: Place?) -> String {
        place.map { "\(source.name):\($0.line):\($0.column)" } ?? source.name
    }
}

extension [Diagnostic] {
    /// The mistakes for people, at most `limit` of them, and how many more there are.
    ///
    /// Empty if there are none.
    package func text(isColoured: Bool = false, limit: Int = 20) -> String {
        var blocks = prefix(limit).map { $0.text(isColoured: isColoured) }
        if count > limit { blocks.append("… and \(count - limit) more") }
        return blocks.joined(separator: "\n")
    }
}

/// The words of a terminal's colours (ECMA-48, 8.3.117, SGR), or none.
struct Paint {
    let isOn: Bool

    func bold(_ text: String) -> String { sgr("1", text) }
    func red(_ text: String) -> String { sgr("1;31", text) }
    func green(_ text: String) -> String { sgr("1;32", text) }
    func magenta(_ text: String) -> String { sgr("1;35", text) }
    func cyan(_ text: String) -> String { sgr("1;36", text) }

    private func sgr(_ code: String, _ text: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

/// A line of a file with a stretch of it underlined.
struct Excerpt {
    /// The most cells of a line that are shown; of a longer one the part around the caret.
    static let maximumWidth = 120

    private let number: String
    private let line: String
    private let indent: Int
    private let width: Int

    init(of source: Source, at place: Place) {
        number = String(place.line)
        let text = Array(source.line(place.line).unicodeScalars)
        let first = min(place.column - 1, text.count)
        let last = place.lastLine > place.line ? text.count : min(max(place.lastColumn - 1, first), text.count)
        // Cells are counted from the line's start even if that is cut off: a tab's width depends on it.
        var cells: [(text: String, width: Int)] = []
        var column = 0
        for scalar in text.prefix(first + 4 * Self.maximumWidth) {
            cells.append(Display.cells(of: scalar, at: column))
            column += cells[cells.count - 1].width
        }
        var begin = 0
        if cells[..<first].reduce(0, { $0 + $1.width }) >= Self.maximumWidth {
            var before = 0
            begin = first
            while before < Self.maximumWidth / 3 {
                begin -= 1
                before += cells[begin].width
            }
        }
        var (shown, used, end) = (begin > 0 ? "…" : "", begin > 0 ? 1 : 0, begin)
        while end < cells.count, used + cells[end].width < Self.maximumWidth || end < first {
            shown += cells[end].text
            used += cells[end].width
            end += 1
        }
        line = shown + (end < text.count ? "…" : "")
        indent = cells[begin..<first].reduce(begin > 0 ? 1 : 0) { $0 + $1.width }
        width = max(1, cells[first..<max(first, min(last, end))].reduce(0) { $0 + $1.width })
    }

    func lines(_ paint: Paint) -> [String] {
        let gutter = String(repeating: " ", count: number.count)
        let caret = "^" + String(repeating: "~", count: width - 1)
        return [
            line.isEmpty ? "  \(number) |" : "  \(number) | \(line)",
            "  \(gutter) | " + String(repeating: " ", count: indent) + paint.green(caret),
        ]
    }
}
