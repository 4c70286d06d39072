extension Schema {
    /// The schema for editors and other programs (JSON Schema, draft 2020-12).
    ///
    /// It refuses whatever it can express: wrong kinds, words, forms and keys. References, and numbers inside of text
    /// such as durations, are for the program alone.
    package func jsonSchema(identifier: String, title: String) -> JSON {
        var definitions: [(String, JSON)] = []
        let root = shape.jsonSchema(&definitions)
        var members: [(String, JSON)] = [
            ("$schema", "https://json-schema.org/draft/2020-12/schema"), ("$id", .string(identifier)),
            ("title", .string(title)),
        ]
        if case .object(let own) = root { members += own }
        members.append(("$defs", .object(definitions.sorted { $0.0 < $1.0 })))
        return .object(members)
    }
}

extension Shape {
    fileprivate func jsonSchema(_ definitions: inout [(String, JSON)]) -> JSON {
        switch self {
        case .text(let form):
            let examples: [(String, JSON)] =
                form.examples.isEmpty ? [] : [("examples", .array(form.examples.map { .string($0) }))]
            let type: JSON = form.mayBeNumber ? ["string", "integer"] : "string"
            return .object([("type", type), ("pattern", .string(form.pattern))] + examples)
        case .integer(let range) where range.count == 1: return ["const": .integer(range.lowerBound)]
        case .integer(let range):
            return [
                "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ]
        case .boolean: return ["type": "boolean"]
        case .choice(let words): return ["enum": .array(words.map { .string($0) })]
        case .duration: return ["type": "string", "pattern": "^[0-9]+(ms|s|m|h)$"]
        case .size(let range):
            let number: JSON = [
                "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ]
            return ["anyOf": [number, ["type": "string", "pattern": "^[0-9]+([KMG]iB)?$"]]]
        case .list(let element, let count):
            return [
                "type": "array", "items": element.jsonSchema(&definitions), "minItems": .integer(count.lowerBound),
                "maxItems": .integer(count.upperBound),
            ]
        case .map(let key, let value, let count):
            return [
                "type": "object", "propertyNames": ["pattern": .string(key.pattern)],
                "additionalProperties": value.jsonSchema(&definitions), "minProperties": .integer(count.lowerBound),
                "maxProperties": .integer(count.upperBound),
            ]
        case .record(let record):
            let reference: JSON = ["$ref": .string("#/$defs/\(record.name)")]
            if definitions.contains(where: { $0.0 == record.name }) { return reference }
            // Reserved before its keys are described, which may lead back here.
            definitions.append((record.name, .null))
            let definition = record.jsonSchema(&definitions)
            if let index = definitions.firstIndex(where: { $0.0 == record.name }) {
                definitions[index].1 = definition
            }
            return reference
        case .either(let one, let other):
            return ["anyOf": [one.jsonSchema(&definitions), other.jsonSchema(&definitions)]]
        }
    }
}

extension RecordShape {
    fileprivate func jsonSchema(_ definitions: inout [(String, JSON)]) -> JSON {
        var properties: [(String, JSON)] = []
        for key in keys {
            guard case .object(var members) = key.shape.jsonSchema(&definitions) else { continue }
            members.append(("description", .string(key.documentation)))
            if let standard = key.standard { members.append(("default", key.shape.json(standard))) }
            properties.append((key.name, .object(members)))
        }
        return .object([
            ("type", "object"), ("description", .string(documentation)), ("properties", .object(properties)),
            ("required", .array(keys.filter(\.isRequired).map { .string($0.name) })),
            ("additionalProperties", .boolean(false)),
        ])
    }
}

extension Shape {
    /// A value as a file would write it, typed.
    fileprivate func json(_ text: String) -> JSON {
        switch self {
        case .integer, .size: Int(text).map { .integer($0) } ?? .string(text)
        case .boolean: .boolean(text == "true")
        default: .string(text)
        }
    }
}
