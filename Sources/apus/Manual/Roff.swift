/// The language of man pages, as far as ours need it (`man(7)`).
struct Roff {
    private(set) var text = ""

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func title(_ name: String, section: Int, source: String) {
        line(".TH \(Self.quoted(name.uppercased())) \(section) \"\" \(Self.quoted(source)) \"User Commands\"")
    }

    mutating func section(_ name: String) { line(".SH \(Self.quoted(name))") }

    mutating func paragraph(_ prose: String) {
        guard !prose.isEmpty else { return }
        line(".PP")
        line(Self.escaped(prose))
    }

    /// How `command` is called, on a line of its own.
    mutating func synopsis(of command: CommandDescription) {
        line(".PP")
        var words = ["\\fB\(Self.escaped(command.path.joined(separator: " ")))\\fR"]
        if !command.visibleSubcommands.isEmpty { words.append("\\fIsubcommand\\fR") }
        for argument in command.visibleArguments {
            let (name, value) = argument.usage
            var parts: [String] = []
            if !name.isEmpty { parts.append("\\fB\(Self.escaped(name))\\fR") }
            if let value { parts.append("\\fI\(Self.escaped(value))\\fR") }
            var word = parts.joined(separator: " ")
            if argument.isRepeating { word += " ..." }
            words.append(argument.isOptional ? "[\(word)]" : word)
        }
        line(words.joined(separator: " "))
    }

    /// The arguments and options, each with what the help says of it.
    mutating func options(of command: CommandDescription) {
        for argument in command.visibleArguments {
            line(".TP")
            let names = (argument.names ?? []).map { "\\fB\(Self.escaped($0.spelled))\\fR" }.joined(separator: ", ")
            let value = argument.usage.value.map { "\\fI\(Self.escaped($0))\\fR" }
            line([names, value ?? ""].filter { !$0.isEmpty }.joined(separator: " "))
            var prose = argument.abstract ?? ""
            if let values = argument.allValues, !values.isEmpty {
                prose += " One of \(values.joined(separator: ", "))."
            }
            if let value = argument.defaultValue { prose += " The default is \(value)." }
            line(Self.escaped(prose))
        }
    }

    /// Prose whose lines in capitals with a colon open sections, and whose indented lines stay as they are.
    mutating func discussion(_ discussion: String, heading: String) {
        var isLiteral = false
        for row in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = row.hasPrefix("  ")
            if isIndented != isLiteral, !row.isEmpty {
                line(isIndented ? ".PP\n.nf\n.RS 4" : ".RE\n.fi")
                isLiteral = isIndented
            }
            if row.isEmpty {
                if !isLiteral { line(".PP") }
            } else if row.hasSuffix(":"), row.allSatisfy({ $0.isUppercase || $0 == " " || $0 == ":" }) {
                line(
                    ".\(heading) \(Self.quoted(heading == "SH" ? String(row.dropLast()) : row.dropLast().capitalizedStart))"
                )
            } else {
                line(Self.escaped(isIndented ? String(row.dropFirst(2)) : String(row)))
            }
        }
        if isLiteral { line(".RE\n.fi") }
    }

    /// `text` with nothing in it that has a meaning to roff.
    static func escaped(_ text: String) -> String {
        var escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        if escaped.hasPrefix(".") || escaped.hasPrefix("'") { escaped = "\\&" + escaped }
        return escaped.replacing("\n.", with: "\n\\&.").replacing("\n'", with: "\n\\&'")
    }

    private static func quoted(_ text: some StringProtocol) -> String {
        "\"\(escaped(String(text)).replacing("\"", with: "\\(dq"))\""
    }
}

extension StringProtocol {
    /// The first letter as it is, the rest in lower case.
    fileprivate var capitalizedStart: String { prefix(1) + dropFirst().lowercased() }
}
