extension Schema {
    /// All keys with their values, defaults and meaning, as Markdown below `introduction`; no line break at the end.
    package func referencePage(title: String, introduction: String) -> String {
        var text = "# \(title)\n\n\(introduction)\n"
        var sections = shape.records(at: "")
        var index = 0
        while index < sections.count {
            let (path, record) = sections[index]
            index += 1
            text += "\n## \(path.isEmpty ? "The file" : path)\n\n\(record.documentation)\n\n"
            text += "| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
            for key in record.keys {
                let below = path.isEmpty ? key.name : "\(path).\(key.name)"
                let cells = [
                    "`\(key.name)`", key.shape.markdown(at: below), key.markdownStandard,
                    key.documentation,
                ]
                text += "| " + cells.map(\.escapedForTable).joined(separator: " | ") + " |\n"
            }
            let deeper = record.keys.flatMap { key in
                key.shape.records(at: path.isEmpty ? key.name : "\(path).\(key.name)")
            }
            // A record's own keys are explained right after it.
            sections.insert(contentsOf: deeper, at: index)
        }
        text.removeLast()
        return text
    }
}

extension KeyShape {
    fileprivate var markdownStandard: String {
        if isRequired { return "**required**" }
        return standard.map { "`\($0)`" } ?? standardWords ?? "none"
    }
}

extension Shape {
    /// The records that a value may hold, with the path that leads to each.
    fileprivate func records(at path: String) -> [(path: String, record: RecordShape)] {
        switch self {
        case .record(let record): [(path, record)]
        case .list(let element, _): element.records(at: path + "[]")
        case .map(_, let value, _): value.records(at: path + ".NAME")
        case .either(let one, let other): one.records(at: path) + other.records(at: path)
        default: []
        }
    }

    /// What a value looks like, with links to the sections of records.
    fileprivate func markdown(at path: String) -> String {
        switch self {
        case .text(let form) where !form.examples.isEmpty:
            return "\(form.noun) such as " + form.examples.map { "`\($0)`" }.joinedByOr
        case .text(let form): return form.noun
        case .integer(let range) where range.count == 1: return "`\(range.lowerBound)`"
        case .integer(let range): return "\(range.lowerBound) to \(range.upperBound)"
        case .boolean: return "`true` or `false`"
        case .choice(let words): return words.map { "`\($0)`" }.joinedByOr
        case .duration(let range):
            return "duration, `\(range.lowerBound.settingsText)` to `\(range.upperBound.settingsText)`"
        case .size(let range): return "size, `\(Size.text(range.lowerBound))` to `\(Size.text(range.upperBound))`"
        case .list(let element, let count):
            return "list of 1 to \(count.upperBound): \(element.markdown(at: path + "[]"))"
        case .map(_, let value, _): return "map from names: \(value.markdown(at: path + ".NAME"))"
        case .record(let record):
            return "[\(record.name)](#\(path.lowercased().filter { $0.isLetter || $0.isNumber || "_- ".contains($0) }))"
        case .either(let one, .list(let element, _)) where element.summary == one.summary:
            return "\(one.markdown(at: path)), or a list of them"
        case .either(let one, let other): return "\(one.markdown(at: path)), or \(other.markdown(at: path))"
        }
    }
}

extension String {
    fileprivate var escapedForTable: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
