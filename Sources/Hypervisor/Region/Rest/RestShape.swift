import OpenFlow

/// What a JSON value must be: one description that checks it and that OpenAPI tells.
indirect enum RestShape: Sendable {
    /// Text; `pattern` is a regular expression for people and programs, the region's own checks are what holds.
    case string(pattern: String? = nil, length: ClosedRange<Int> = 0...4_096)
    case integer(ClosedRange<Int64>)
    case boolean
    case choice([String])
    case array(RestShape, limit: Int)
    case object([Member])
    /// One of `RestShapes.components`.
    case component(String)

    struct Member: Sendable {
        let name: String
        let shape: RestShape
        var isRequired = false
        var text = ""

        init(_ name: String, _ shape: RestShape, isRequired: Bool = false, _ text: String = "") {
            (self.name, self.shape, self.isRequired, self.text) = (name, shape, isRequired, text)
        }
    }

    /// Throws for the first value that is not as it must be, with its place: `parameters.ipv4.routes[2].gateway`.
    func check(_ value: JSON, at place: String = "") throws(RegionError) {
        let field = place.isEmpty ? "body" : place
        switch self {
        case .component(let name): try RestShapes.components[name]?.check(value, at: place)
        case .string(_, let length):
            guard let text = value.string else { throw .invalid(field, "it must be a string") }
            guard length.contains(text.unicodeScalars.count) else {
                throw .invalid(field, "it must have \(length.lowerBound) to \(length.upperBound) characters")
            }
        case .integer(let range):
            guard let number = value.integer ?? Self.whole(value) else {
                throw .invalid(field, "it must be a whole number")
            }
            guard range.contains(number) else {
                throw .invalid(field, "it must be \(range.lowerBound) to \(range.upperBound)")
            }
        case .boolean: guard case .bool = value else { throw .invalid(field, "it must be true or false") }
        case .choice(let words):
            guard let text = value.string, words.contains(text) else {
                throw .invalid(field, "it must be one of \(words.joined(separator: ", "))")
            }
        case .array(let element, let limit):
            guard let elements = value.array else { throw .invalid(field, "it must be an array") }
            guard elements.count <= limit else { throw .invalid(field, "it must have up to \(limit) elements") }
            for (index, entry) in elements.enumerated() { try element.check(entry, at: "\(field)[\(index)]") }
        case .object(let members):
            guard let found = value.object else { throw .invalid(field, "it must be an object") }
            for name in found.keys.sorted() where !members.contains(where: { $0.name == name }) {
                let known = members.map(\.name).joined(separator: ", ")
                throw .invalid(
                    place.isEmpty ? Self.shown(name) : "\(place).\(Self.shown(name))",
                    "there is no such key; keys are: \(known)")
            }
            for member in members {
                let below = place.isEmpty ? member.name : "\(place).\(member.name)"
                if let value = found[member.name] {
                    try member.shape.check(value, at: below)
                } else if member.isRequired {
                    throw .invalid(below, "it is missing")
                }
            }
        }
    }

    /// A key that a client made up, short enough for a message.
    private static func shown(_ name: String) -> String { String(name.prefix(64)) }

    /// JSON knows no integers: 1.0 is one.
    private static func whole(_ value: JSON) -> Int64? {
        guard case .number(let number) = value else { return nil }
        return Int64(exactly: number)
    }

    /// The shape as JSON schema, in the form that OpenAPI 3.0 has of it.
    var schema: JSON {
        switch self {
        case .component(let name): .object(["$ref": .string("#/components/schemas/\(name)")])
        case .string(let pattern, let length):
            .object(
                [
                    "type": .string("string"), "minLength": .integer(Int64(length.lowerBound)),
                    "maxLength": .integer(Int64(length.upperBound)),
                ].merging(pattern.map { ["pattern": .string($0)] } ?? [:]) { $1 })
        case .integer(let range):
            .object([
                "type": .string("integer"), "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ])
        case .boolean: .object(["type": .string("boolean")])
        case .choice(let words): .object(["type": .string("string"), "enum": .array(words.map { .string($0) })])
        case .array(let element, let limit):
            .object(["type": .string("array"), "items": element.schema, "maxItems": .integer(Int64(limit))])
        case .object(let members): Self.schema(of: members)
        }
    }

    private static func schema(of members: [Member]) -> JSON {
        var schema: [String: JSON] = ["type": .string("object"), "additionalProperties": .bool(false)]
        schema["properties"] = .object(
            Dictionary(
                uniqueKeysWithValues: members.map { member in
                    var shape = member.shape.schema.object ?? [:]
                    // Beside a reference nothing else counts in OpenAPI 3.0.
                    if shape["$ref"] == nil, !member.text.isEmpty { shape["description"] = .string(member.text) }
                    return (member.name, JSON.object(shape))
                }))
        let required = members.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }
}
