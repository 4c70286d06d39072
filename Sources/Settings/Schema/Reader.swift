/// Collects the mistakes of one file while schemas read its values, and knows which value is being read.
package struct Reader {
    /// The most mistakes that are kept; the rest is only counted.
    package static let maximumDiagnostics = 100

    package let source: Source
    package private(set) var diagnostics: [Diagnostic]

    /// Errors so far, also those that are no longer kept.
    package private(set) var errorCount: Int

    /// The keys that lead to the value being read; nil stands for an entry of a list.
    private var path: [String?] = []

    init(_ source: Source, diagnostics: [Diagnostic] = []) {
        (self.source, self.diagnostics) = (source, diagnostics)
        errorCount = diagnostics.count { $0.severity == .error }
    }

    /// Adds a mistake, or a doubt.
    package mutating func report(
        _ code: Diagnostic.Code, _ message: String, at place: Place?, severity: Diagnostic.Severity = .error,
        notes: [(message: String, place: Place)] = []
    ) {
        if severity == .error { errorCount += 1 }
        guard diagnostics.count < Self.maximumDiagnostics else { return }
        let notes = notes.map { Diagnostic.Note(message: $0.message, place: $0.place) }
        diagnostics.append(Diagnostic(code, message, at: place, in: source, severity: severity, notes: notes))
    }

    /// All that was found, in the file's order, with a last one for what was not kept.
    package consuming func finish() -> [Diagnostic] {
        var found = diagnostics.inOrder
        let more = errorCount - found.count { $0.severity == .error }
        if more > 0 { found.append(Diagnostic(.tooMuch, "\(more) more errors", at: nil, in: source)) }
        return found
    }

    /// Reads below a key, so that messages can name it; nil for an entry of a list.
    mutating func descend<R>(to key: String?, _ body: (inout Reader) -> R) -> R {
        path.append(key)
        defer { path.removeLast() }
        return body(&self)
    }

    /// The value being read, for sentences: `pools.web.servers[]`, or `the file`.
    package var subject: String {
        guard !path.isEmpty else { return "the file" }
        var text = ""
        for step in path {
            guard let step else {
                text += "[]"
                continue
            }
            let isPlain = !step.isEmpty && step.utf8.count <= 48 && step.utf8.allSatisfy(\.isNameOctet)
            text += (text.isEmpty ? "" : ".") + (isPlain ? step : Display.quoted(step))
        }
        return text
    }

    /// Where a key stands, for sentences: `in pools.web`, or `at the top`.
    var position: String { path.isEmpty ? "at the top" : "in \(subject)" }

    /// Says that a value is not of the kind it must be.
    mutating func reportMismatch(_ node: Node, expected: String, _ code: Diagnostic.Code? = nil, hint: String? = nil) {
        let found: String
        switch node.content {
        case .broken: return
        case .list: found = "a list"
        case .map: found = "a map"
        case .scalar(let text, _): found = Display.quoted(text)
        }
        if node.isAbsent {
            let advice = path.isEmpty ? "" : "; give one, or leave the key out"
            report(.missingKey, "\(subject) has no value\(advice)", at: node.place)
            return
        }
        var standard = Diagnostic.Code.wrongType
        if case .scalar = node.content { standard = .invalidValue }
        let message = "\(subject) must be \(expected), not \(found)"
        report(code ?? standard, message + (hint.map { "; \($0)" } ?? ""), at: node.place)
    }
}

extension UInt8 {
    /// Whether the octet may be part of a name without quotes.
    var isNameOctet: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
