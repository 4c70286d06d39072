/// One thing that is wrong with a file, or doubtful, and where.
package struct Diagnostic: Error, Sendable {
    package enum Severity: String, Sendable { case error, warning }

    /// What kind of mistake it is: a stable word for programs.
    package enum Code: String, Sendable, CaseIterable {
        case unreadable, encoding, syntax, unsupported, tooMuch = "too-much"
        case unknownKey = "unknown-key"
        case duplicateKey = "duplicate-key"
        case missingKey = "missing-key"
        case wrongType = "wrong-type"
        case invalidValue = "invalid-value"
        case outOfRange = "out-of-range"
        case unknownName = "unknown-name"
        case conflict, unused, doubtful, unresolved
    }

    /// A second place that explains the first.
    package struct Note: Sendable {
        package let message: String
        package let place: Place
    }

    package let severity: Severity
    package let code: Code

    /// What is wrong and what to do: a sentence without a full stop, without line breaks.
    package let message: String

    /// Nil if it concerns the file as a whole.
    package let place: Place?

    /// Other places that matter.
    package let notes: [Note]

    /// The file it was found in.
    package let source: Source

    /// For a file that could not be read, the system's error number.
    package var systemError: Int32?

    package init(
        _ code: Code, _ message: String, at place: Place?, in source: Source, severity: Severity = .error,
        notes: [Note] = []
    ) {
        // A message may hold words of the file, and hints of other modules do, too.
        self.message = Display.visible(message)
        (self.severity, self.code, self.place) = (severity, code, place)
        (self.notes, self.source) = (notes, source)
    }
}

extension [Diagnostic] {
    /// Whether one of them is an error; warnings alone don't keep a file from being used.
    package var haveErrors: Bool { contains { $0.severity == .error } }

    /// In the file's order; those on the whole file first.
    package var inOrder: [Diagnostic] {
        // Sorting is not documented to be stable, so the order of arrival decides among equals here.
        enumerated()
            .sorted { one, other in
                guard one.element.place != other.element.place else { return one.offset < other.offset }
                guard let place = one.element.place else { return true }
                guard let second = other.element.place else { return false }
                return place < second
            }
            .map(\.element)
    }
}
