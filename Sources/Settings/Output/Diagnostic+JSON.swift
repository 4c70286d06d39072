extension Diagnostic {
    /// The mistake for programs.
    ///
    /// Columns count Unicode scalars from 1; the last position is the first one after.
    package var json: JSON {
        var members: [(String, JSON)] = [
            ("severity", .string(severity.rawValue)), ("code", .string(code.rawValue)),
            ("message", .string(message)), ("file", .string(source.name)),
        ]
        if let place { members += Self.members(place) }
        if !notes.isEmpty {
            let notes = notes.map { JSON.object([("message", .string($0.message))] + Self.members($0.place)) }
            members.append(("notes", .array(notes)))
        }
        return .object(members)
    }

    private static func members(_ place: Place) -> [(String, JSON)] {
        [
            ("line", .integer(place.line)), ("column", .integer(place.column)),
            ("lastLine", .integer(place.lastLine)), ("lastColumn", .integer(place.lastColumn)),
        ]
    }
}

extension [Diagnostic] {
    /// All mistakes for programs, as one JSON array.
    package var json: JSON { .array(map(\.json)) }
}
