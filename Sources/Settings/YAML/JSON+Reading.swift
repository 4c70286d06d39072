extension JSON {
    /// Reads YAML, of which JSON is a part, into a value whose schema somebody else has.
    ///
    /// Only a plain `true` or `false` is a switch; every other scalar is text, in which that schema finds its numbers.
    package static func reading(_ source: Source) -> (value: JSON?, diagnostics: [Diagnostic]) {
        var (root, diagnostics) = Document.read(source)
        guard let root else { return (nil, diagnostics) }
        return (value(root, source, &diagnostics), diagnostics)
    }

    private static func value(_ node: Node, _ source: Source, _ diagnostics: inout [Diagnostic]) -> JSON {
        switch node.content {
        case .scalar("true", isPlain: true): return .boolean(true)
        case .scalar("false", isPlain: true): return .boolean(false)
        case .scalar(let text, _): return node.isAbsent ? .null : .string(text)
        case .list(let nodes): return .array(nodes.map { value($0, source, &diagnostics) })
        case .map(let entries):
            var names: Set<String> = []
            for entry in entries where !names.insert(entry.key.value).inserted {
                diagnostics.append(
                    Diagnostic(.duplicateKey, "'\(entry.key.value)' is there twice", at: entry.key.place, in: source))
            }
            return .object(entries.map { ($0.key.value, value($0.value, source, &diagnostics)) })
        case .broken: return .null
        }
    }
}
