extension SyntaxProblem {
    /// The problem in words for somebody who writes a file, not a parser.
    func diagnostic(in source: Source) -> Diagnostic {
        var place = place.map(source.clamped)
        var notes: [Diagnostic.Note] = []
        let beginning = contextPlace.map(source.clamped)
        // A file's end is where libyaml notices, the beginning is where somebody must look.
        if let beginning, beginning != place, let words = Self.beginnings[context] {
            notes.append(Diagnostic.Note(message: words, place: beginning))
        }
        var message = Self.messages[problem] ?? "the YAML is malformed: \(problem)"
        if let found = place.flatMap({ hint(at: $0, in: source) }) {
            message = found.message
            place = found.place ?? place
            if found.place != nil { notes = [] }
        } else if context == "while scanning a quoted scalar", let beginning {
            // Where the file ends says nothing about a quote that somebody forgot.
            (place, notes) = (beginning, [])
        } else if problem == "did not find expected alphabetic or numeric character", let beginning {
            let character = context.hasSuffix("alias") ? "*" : "&"
            message = "a value cannot begin with \(character) unless quotes stand around it"
            place = beginning
            notes = []
        }
        return Diagnostic(.syntax, message, at: place, in: source, notes: notes)
    }

    /// What the text at the problem's place reveals of its cause.
    private func hint(at place: Place, in source: Source) -> (message: String, place: Place?)? {
        let line = Array(source.line(place.line).unicodeScalars)
        if place.column <= line.count {
            switch line[place.column - 1] {
            case "\t": return ("a tab cannot stand here; indent with spaces", nil)
            case "@", "`":
                guard problem == "found character that cannot start any token" else { break }
                return ("a value cannot begin with \(line[place.column - 1]) unless quotes stand around it", nil)
            case "%":
                guard problem == "found character that cannot start any token" else { break }
                return ("a value cannot begin with % unless quotes stand around it", nil)
            default: break
            }
        }
        // An IPv6 address begins like a list: `bind: [::1]:80`.
        if let start = Self.bracketedAddress(in: line) {
            let quoted = Place(line: place.line, column: start + 1)
            return ("an IPv6 address in brackets needs quotes around it, such as \"[::1]:80\"", quoted)
        }
        return nil
    }

    /// Where in a line something like `[2001:db8::1]:80` stands without quotes.
    private static func bracketedAddress(in line: [Unicode.Scalar]) -> Int? {
        for start in line.indices where line[start] == "[" {
            if start > 0, line[start - 1] == "\"" || line[start - 1] == "'" { continue }
            guard let end = line[start...].firstIndex(of: "]") else { return nil }
            let inside = line[(start + 1)..<end]
            let isAddress =
                inside.contains(":")
                && inside.allSatisfy { $0.properties.isASCIIHexDigit || ":.".unicodeScalars.contains($0) }
            if isAddress, end + 1 < line.count, line[end + 1] == ":" { return start }
        }
        return nil
    }

    /// libyaml's problems (`scanner.c`, `parser.c`) and what they mean.
    private static let messages = [
        "could not find expected ':'": "a key needs a colon and a space after it, such as 'key: value'",
        "mapping values are not allowed in this context":
            "a second ': ' in one value; put quotes around the value, or begin a new line before the key",
        "did not find expected key": "the indentation fits no key above; keys of one map stand in one column",
        "did not find expected '-' indicator":
            "the indentation fits no entry above; entries of one list stand in one column",
        "block sequence entries are not allowed in this context": "a list's entries must begin on a line of their own",
        "did not find expected ',' or ']'": "a list in brackets needs ',' between entries and ']' at its end",
        "did not find expected ',' or '}'": "a map in braces needs ',' between entries and '}' at its end",
        "did not find expected node content": "a value is missing here",
        "found unexpected end of stream": "the closing quote is missing",
        "found unexpected document indicator": "the closing quote is missing",
        "found unknown escape character":
            "unknown escape; in double quotes write \\\\ for a backslash, or use single quotes",
        "did not find expected hexdecimal number": "an escape needs hexadecimal digits, such as \\x41 or \\u00E9",
        "found invalid Unicode character escape code": "the escape names no Unicode character",
        "found character that cannot start any token":
            "this character cannot begin a value; put quotes around the value",
        "found a tab character that violates indentation": "a tab cannot stand here; indent with spaces",
        "found a tab character where an indentation space is expected": "a tab cannot stand here; indent with spaces",
        "mapping keys are not allowed in this context": "'?' cannot stand here; put quotes around the value",
        "did not find expected <document start>": "the text goes on after the value has ended; look at its indentation",
        "did not find expected comment or line break": "only a comment may stand on the rest of this line",
        "found unexpected ':'": "a value in brackets or braces cannot hold this ':'; put quotes around the value",
        "could not find expected directive name": "a line cannot begin with %; put quotes around the value",
        "found an indentation indicator equal to 0": "a block's indentation is 1 to 9",
    ]

    /// libyaml's contexts whose beginning is worth a look.
    private static let beginnings = [
        "while parsing a flow mapping": "the map in braces begins here",
        "while parsing a flow sequence": "the list in brackets begins here",
        "while parsing a block mapping": "the map begins here",
        "while parsing a block collection": "the list begins here",
        "while scanning a simple key": "the key begins here",
    ]
}
