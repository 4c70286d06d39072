/// What a schema accepts, as plain data: the source of the JSON schema and of the reference page.
package indirect enum Shape: Sendable {
    case text(Form)
    case integer(ClosedRange<Int>)
    case boolean
    case choice([String])
    case duration(ClosedRange<Duration>)
    case size(ClosedRange<Int>)
    case list(Shape, count: ClosedRange<Int>)
    case map(key: Form, value: Shape, count: ClosedRange<Int>)
    case record(RecordShape)
    /// One of two that differ in YAML's kind of value, the first the shorter to write.
    case either(Shape, Shape)

    /// For sentences: `a duration such as 500ms, 5s, 1m or 1h`.
    package var summary: String {
        switch self {
        case .text(let form): form.summary
        case .integer(let range) where range.count == 1: "\(range.lowerBound)"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .choice(let words): words.joinedByOr
        case .duration: "a duration such as 500ms, 5s, 1m or 1h"
        case .size: "a size such as 512, 16KiB, 10MiB or 1GiB"
        case .list: "a list"
        case .map: "a map of names"
        case .record: "a map of keys"
        case .either(let one, let other): "\(one.summary), or \(other.summary)"
        }
    }
}

/// A kind of text: what it is called, what it looks like.
package struct Form: Sendable {
    /// With its article: `an address`.
    package let noun: String

    /// A few values that are right.
    package let examples: [String]

    /// A regular expression as JSON schema takes it (ECMA-262), which holds for all texts that are accepted.
    package let pattern: String

    /// Whether some of the texts look like a whole number, which other programs take for one.
    package let mayBeNumber: Bool

    package init(_ noun: String, examples: [String], pattern: String, mayBeNumber: Bool = false) {
        (self.noun, self.examples, self.pattern, self.mayBeNumber) = (noun, examples, pattern, mayBeNumber)
    }

    var summary: String { examples.isEmpty ? noun : "\(noun) such as \(examples.joinedByOr)" }
}

/// A map with known keys.
package struct RecordShape: Sendable {
    /// What one such map is called, unique in a schema: `pool`.
    package let name: String

    /// What it is for: sentences in Markdown.
    package let documentation: String

    package let keys: [KeyShape]
}

/// A key of a record.
package struct KeyShape: Sendable {
    package let name: String
    package let shape: Shape
    package let isRequired: Bool

    /// What counts if the key is absent, as a file would write it; nil if nothing does.
    package let standard: String?

    /// What counts if the key is absent, where no value says it: `one for each core`.
    package let standardWords: String?

    /// What it means: sentences in Markdown.
    package let documentation: String
}

extension [String] {
    /// `a, b or c`.
    package var joinedByOr: String {
        guard count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + self[count - 1]
    }
}
