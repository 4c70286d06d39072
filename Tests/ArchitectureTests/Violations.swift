/// What is wrong with files, as `path:line: reason`.
enum Violations {
    /// Imports that the table does not allow.
    static func imports(of file: SourceFile, in table: [ImportRule] = importTable) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        guard let rule = importRule(for: String(file.path.dropFirst("Sources/".count)), in: table) else {
            return ["\(file.path):1: no row of the import table speaks of this file"]
        }
        let allowed = rule.allowed.union(standardLibrary)
        return file.imports.filter { !allowed.contains($0.module) }.map {
            "\(file.path):\($0.line): \(rule.folder) may not import \($0.module)"
        }
    }

    /// A file that nobody can read in one go.
    static func length(of file: SourceFile, limit: Int = 800) -> [String] {
        file.lines.count <= limit ? [] : ["\(file.path):\(limit): \(file.lines.count) lines are more than \(limit)"]
    }

    /// Work left over: a plan belongs in the tracker, and a limit in the documentation.
    static func leftovers(in file: SourceFile) -> [String] {
        // Written in two parts, so that this file passes.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        return file.lines.enumerated().flatMap { index, line in
            words.filter { word in
                line.split { !($0.isLetter || $0 == "_" || $0.isNumber) }.contains { $0 == word }
            }.map { "\(file.path):\(index + 1): \($0) is left over" }
        }
    }

    /// Promises to the compiler that come without their proof: a comment directly above that ends in a full stop.
    static func unprovenPromises(in file: SourceFile) -> [String] {
        let promises = ["@unchecked " + "Sendable", "nonisolated" + "(unsafe)"]
        return file.lines.enumerated().flatMap { index, line -> [String] in
            let code = line.trimmingPrefix { $0 == " " }
            guard !code.hasPrefix("//") else { return [] }
            let made = promises.filter { line.contains($0) }
            guard !made.isEmpty, !isProven(file.lines[..<index], of: promises) else { return [] }
            return made.map { "\(file.path):\(index + 1): \($0) without a sentence above that proves it" }
        }
    }

    /// Whether the nearest line above is the end of a comment's sentence.
    ///
    /// Attributes count for nothing, and neither do other promises: one comment may prove several in a row.
    private static func isProven(_ above: ArraySlice<String>, of promises: [String]) -> Bool {
        let nearest = above.lazy.map { $0.trimmingPrefix { $0 == " " } }.last { line in
            !line.hasPrefix("@") && (line.hasPrefix("//") || !promises.contains { line.contains($0) })
        }
        guard let nearest, nearest.hasPrefix("//") else { return false }
        return nearest.last == "."
    }

    /// Where the libraries for frames and packets are, and the calls under them.
    static let explained = [
        "Sources/DHCP/", "Sources/Link/", "Sources/Linux/", "Sources/Wire/", "Sources/apus/Capture/",
    ]

    /// Unsafe expressions without their reason: a comment in the same function, initializer or accessor, before them.
    ///
    /// A comment of documentation is none; what is asked for is why the memory and the lengths are right here.
    static func unexplainedUnsafe(in file: SourceFile) -> [String] {
        guard explained.contains(where: { file.path.hasPrefix($0) }) else { return [] }
        return file.lines.indices.filter { usesUnsafe(file.lines[$0]) && !isExplained(file.lines, $0) }.map {
            "\(file.path):\($0 + 1): unsafe without its reason"
        }
    }

    /// Whether the code of a line, without its texts and comments, has the word.
    private static func usesUnsafe(_ line: String) -> Bool {
        code(of: line).split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains("unsafe")
    }

    /// A line up to its comment, without what stands between quotation marks.
    private static func code(of line: String) -> String {
        var code = ""
        var isText = false
        for character in line {
            if character == "\"" { isText.toggle() } else if !isText { code.append(character) }
            if code.hasSuffix("//") { return String(code.dropLast(2)) }
        }
        return code
    }

    /// Whether a comment precedes the line inside of its function, or stands at its end.
    private static func isExplained(_ lines: [String], _ place: Int) -> Bool {
        if lines[place].contains("// ") { return true }
        let depth = indentation(lines[place])
        for line in lines[..<place].reversed() {
            let text = line.trimmingPrefix { $0 == " " }
            if text.hasPrefix("//"), !text.hasPrefix("///") { return true }
            if opensBody(text), indentation(line) <= depth { return false }
        }
        return false
    }

    /// Whether a line declares what has a body.
    private static func opensBody(_ text: some StringProtocol) -> Bool {
        let words = text.split { !($0.isLetter || $0 == "@" || $0 == "_") }
        let levels: Set<Substring> = [
            "public", "package", "private", "fileprivate", "internal", "static", "mutating", "consuming", "borrowing",
        ]
        let first = words.first { !levels.contains(Substring($0)) && !$0.hasPrefix("@") }
        guard let first else { return false }
        return ["func", "init", "deinit", "subscript"].contains(String(first))
            || first == "var" && text.hasSuffix("{")
    }

    private static func indentation(_ line: String) -> Int { line.prefix { $0 == " " }.count }
}
