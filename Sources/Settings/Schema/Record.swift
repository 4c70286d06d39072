/// A key of a record: where its value goes in `Root`, and how it is written.
package struct Key<Root: Sendable>: Sendable {
    let name: String
    let isRequired: Bool
    let shape: @Sendable (Root) -> KeyShape
    let read: @Sendable (Node, inout Root, inout Reader) -> Void

    /// A key that may be left out; what the record's initial value holds then counts, and is documented.
    package init<Value>(
        _ name: String, _ property: any WritableKeyPath<Root, Value> & Sendable, _ schema: Schema<Value>,
        standard words: String? = nil, _ documentation: String
    ) {
        (self.name, isRequired) = (name, false)
        shape = { root in
            KeyShape(
                name: name, shape: schema.shape, isRequired: false,
                standard: words == nil ? schema.write(root[keyPath: property]) : nil, standardWords: words,
                documentation: documentation)
        }
        read = { node, root, reader in
            if let value = schema.read(node, &reader) { root[keyPath: property] = value }
        }
    }

    /// A key that may be left out, which leaves nil.
    package init<Value>(
        _ name: String, _ property: any WritableKeyPath<Root, Value?> & Sendable, _ schema: Schema<Value>,
        standard words: String? = nil, _ documentation: String
    ) {
        self.init(name, property, schema, isRequired: false, words, documentation)
    }

    /// A key that must be given.
    ///
    /// The property stays nil only if a mistake was reported.
    package init<Value>(
        required name: String, _ property: any WritableKeyPath<Root, Value?> & Sendable, _ schema: Schema<Value>,
        _ documentation: String
    ) {
        self.init(name, property, schema, isRequired: true, nil, documentation)
    }

    private init<Value>(
        _ name: String, _ property: any WritableKeyPath<Root, Value?> & Sendable, _ schema: Schema<Value>,
        isRequired: Bool, _ words: String?, _ documentation: String
    ) {
        (self.name, self.isRequired) = (name, isRequired)
        shape = { root in
            KeyShape(
                name: name, shape: schema.shape, isRequired: isRequired,
                standard: words == nil ? root[keyPath: property].flatMap(schema.write) : nil, standardWords: words,
                documentation: documentation)
        }
        read = { node, root, reader in
            if let value = schema.read(node, &reader) { root[keyPath: property] = value }
        }
    }
}

extension Schema {
    /// A map with known keys, read into a copy of `initial`.
    ///
    /// All keys are read whatever mistakes come before; what a mistake spoils keeps its initial value.
    package static func record(
        _ name: String, _ documentation: String, initial: Value, _ keys: [Key<Value>]
    ) -> Schema {
        let names = keys.map(\.name)
        let known = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })
        let shapes = keys.map { $0.shape(initial) }
        let shape = Shape.record(RecordShape(name: name, documentation: documentation, keys: shapes))
        return Schema(shape) { node, reader in
            guard case .map(let entries) = node.content else {
                reader.reportMismatch(node, expected: "a map of keys")
                return nil
            }
            var value = initial
            var meant: Set<String> = []
            for entry in reader.withoutDuplicates(entries) {
                guard let key = known[entry.key.value] else {
                    if let key = reader.reportUnknown(entry.key, among: names) { meant.insert(key) }
                    continue
                }
                reader.descend(to: key.name) { key.read(entry.value, &value, &$0) }
            }
            // A misspelt key is one mistake, not two.
            for (key, shape) in zip(keys, shapes) where key.isRequired && !meant.contains(key.name) {
                if entries.contains(where: { $0.key.value == key.name }) { continue }
                reader.report(
                    .missingKey, "missing key '\(key.name)' \(reader.position); it must be \(shape.shape.summary)",
                    at: node.place)
            }
            return value
        }
    }
}

extension Reader {
    /// Says that a record has no such key, and returns the one that was probably meant.
    fileprivate mutating func reportUnknown(_ key: Placed<String>, among names: [String]) -> String? {
        let advice: String
        var meant: String?
        if key.value == "<<" {
            advice = "merge keys are not supported"
        } else if diagnostics.count >= Self.maximumDiagnostics {
            advice = ""
        } else if let nearest = Spelling.nearest(to: key.value, among: names) {
            advice = "did you mean '\(nearest)'?"
            meant = nearest
        } else {
            advice = "keys are: \(names.joined(separator: ", "))"
        }
        report(.unknownKey, "unknown key \(Display.quoted(key.value)) \(position); \(advice)", at: key.place)
        return meant
    }
}
