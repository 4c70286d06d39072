extension Schema {
    /// A list of such values; entries that could not be read are left out.
    package func list(_ count: ClosedRange<Int>) -> Schema<[Value]> {
        let shape = Shape.list(shape, count: count)
        return Schema<[Value]>(shape) { node, reader in
            guard case .list(let nodes) = node.content else {
                reader.reportMismatch(node, expected: "a list")
                return nil
            }
            guard count.contains(nodes.count) else {
                reader.reportCount(nodes.count, count, of: "entries", at: node.place)
                return nil
            }
            return nodes.compactMap { node in reader.descend(to: nil) { read(node, &$0) } }
        }
    }

    /// One such value, or a list of them.
    package func oneOrMore(_ count: ClosedRange<Int>) -> Schema<[Value]> {
        let list = list(count)
        let shape = Shape.either(shape, list.shape)
        let write = write
        return Schema<[Value]>(shape, write: { $0.count == 1 ? write($0[0]) : nil }) { node, reader in
            if case .list = node.content { return list.read(node, &reader) }
            return read(node, &reader).map { [$0] }
        }
    }

    /// A map from names to such values, in the file's order.
    package func named(by form: Form, _ count: ClosedRange<Int>) -> Schema<[Named<Value>]> {
        let shape = Shape.map(key: form, value: shape, count: count)
        return Schema<[Named<Value>]>(shape) { node, reader in
            guard case .map(let entries) = node.content else {
                reader.reportMismatch(node, expected: "a map of names")
                return nil
            }
            guard count.contains(entries.count) else {
                reader.reportCount(entries.count, count, of: "names", at: node.place)
                return nil
            }
            return reader.withoutDuplicates(entries).map { entry in
                let before = reader.errorCount
                if !form.matches(entry.key.value) {
                    let name = Display.quoted(entry.key.value)
                    reader.report(
                        .invalidValue, "\(name) \(reader.position) must be \(form.summary)", at: entry.key.place)
                }
                let value = reader.descend(to: entry.key.value) { read(entry.value, &$0) }
                return Named(name: entry.key, value: value, isSound: reader.errorCount == before)
            }
        }
    }
}

extension Form {
    /// The name of something in a file: short, and safe in a log, a metric's label and a URL.
    package static let name = Form(
        "1 to 64 letters, digits, '_', '-' and '.'", examples: [], pattern: "^[A-Za-z0-9_.-]{1,64}$")

    /// Whether a key is of the form; only names can be keys.
    fileprivate func matches(_ key: String) -> Bool {
        (1...64).contains(key.utf8.count) && key.utf8.allSatisfy(\.isNameOctet)
    }
}

extension Reader {
    /// Says that a list or map has too few or too many entries.
    fileprivate mutating func reportCount(_ found: Int, _ count: ClosedRange<Int>, of what: String, at place: Place) {
        let message =
            found < count.lowerBound
            ? "\(subject) is empty; it needs at least \(count.lowerBound == 1 ? "one" : String(count.lowerBound))"
            : "\(subject) has \(found) \(what); at most \(count.upperBound) are allowed"
        report(found < count.lowerBound ? .missingKey : .tooMuch, message, at: place)
    }

    /// A map's entries but for those whose key came before, which are reported.
    mutating func withoutDuplicates(_ entries: [Node.Entry]) -> [Node.Entry] {
        var first: [String: Place] = [:]
        return entries.filter { entry in
            guard let place = first[entry.key.value] else {
                first[entry.key.value] = entry.key.place
                return true
            }
            report(
                .duplicateKey, "duplicate key \(Display.quoted(entry.key.value)) \(position)", at: entry.key.place,
                notes: [("it was given here before", place)])
            return false
        }
    }
}
