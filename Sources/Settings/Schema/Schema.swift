/// How a value is written in a file: one description that reads it, says what is wrong with it, and documents it.
package struct Schema<Value: Sendable>: Sendable {
    package let shape: Shape

    /// Nil after at least one mistake was reported.
    let read: @Sendable (Node, inout Reader) -> Value?

    /// The value as a file would write it on one line; nil if it cannot be.
    let write: @Sendable (Value) -> String?

    init(
        _ shape: Shape, write: @escaping @Sendable (Value) -> String? = { _ in nil },
        read: @escaping @Sendable (Node, inout Reader) -> Value?
    ) {
        (self.shape, self.write, self.read) = (shape, write, read)
    }

    /// Reads a whole file: its value unless that could not be read at all, and a reader for what is still to be checked.
    ///
    /// The value may be used only if the reader has counted no errors.
    package func read(_ source: Source) -> (value: Value?, reader: Reader) {
        let (root, diagnostics) = Document.read(source)
        var reader = Reader(source, diagnostics: diagnostics)
        guard let root else {
            if !diagnostics.haveErrors { reader.report(.missingKey, "the file is empty", at: nil) }
            return (nil, reader)
        }
        if root.isAbsent {
            reader.report(.missingKey, "the file is empty", at: nil)
            return (nil, reader)
        }
        let value = read(root, &reader)
        return (value, reader)
    }

    /// The value with its place, for checks across the file.
    package var placed: Schema<Placed<Value>> {
        Schema<Placed<Value>>(shape, write: { write($0.value) }) { node, reader in
            let before = reader.errorCount
            return read(node, &reader).map { Placed($0, at: node.place, isSound: reader.errorCount == before) }
        }
    }

    /// The same text for another type.
    package func map<Other: Sendable>(
        _ convert: @escaping @Sendable (Value) -> Other, back: @escaping @Sendable (Other) -> Value? = { _ in nil }
    ) -> Schema<Other> {
        Schema<Other>(shape, write: { back($0).flatMap(write) }) { node, reader in read(node, &reader).map(convert) }
    }
}

/// Why a text is not of its form.
package struct Refusal: Error {
    /// What to change, for the end of a sentence; nil if the form's name says all.
    package let hint: String?
    package init(_ hint: String? = nil) { self.hint = hint }
}

extension Schema {
    /// Text of some form, which `parse` turns into a value or refuses.
    package static func text(
        _ form: Form, write: @escaping @Sendable (Value) -> String? = { _ in nil },
        parse: @escaping @Sendable (String) throws(Refusal) -> Value
    ) -> Schema {
        let shape = Shape.text(form)
        return Schema(shape, write: write) { node, reader in
            guard case .scalar(let text, _) = node.content, !node.isAbsent else {
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
            do throws(Refusal) {
                return try parse(text)
            } catch {
                reader.reportMismatch(node, expected: shape.summary, hint: error.hint)
                return nil
            }
        }
    }

    /// One value or another, told apart by whether the file has a map (or, with `list`, a list) or anything else.
    package static func either(_ short: Schema, orMap long: Schema) -> Schema {
        let shape = Shape.either(short.shape, long.shape)
        return Schema(shape, write: { short.write($0) ?? long.write($0) }) { node, reader in
            switch node.content {
            case .map: return long.read(node, &reader)
            case .scalar where !node.isAbsent: return short.read(node, &reader)
            case .scalar, .list, .broken:
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
        }
    }
}
