extension Schema where Value == Int {
    /// A whole number in plain decimal digits.
    package static func integer(_ range: ClosedRange<Int>) -> Schema {
        let shape = Shape.integer(range)
        return Schema(shape, write: { String($0) }) { node, reader in
            guard case .scalar(let text, let isPlain) = node.content, !node.isAbsent else {
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
            guard isPlain else {
                reader.reportMismatch(node, expected: shape.summary, hint: "write it without quotes")
                return nil
            }
            let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
            guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.count - digits.count < 2
            else {
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
            // YAML 1.1 reads 010 as eight, YAML 1.2 as ten.
            guard digits.first != UInt8(ascii: "0") || digits.count == 1 else {
                reader.reportMismatch(node, expected: shape.summary, hint: "write it without a leading zero")
                return nil
            }
            guard let value = Int(text), range.contains(value) else {
                reader.reportMismatch(node, expected: shape.summary, .outOfRange)
                return nil
            }
            return value
        }
    }

    /// A size in octets: digits alone, or with `KiB`, `MiB` or `GiB`.
    package static func size(_ range: ClosedRange<Int>) -> Schema {
        let shape = Shape.size(range)
        return Schema(shape, write: { Size.text($0) }) { node, reader in
            guard case .scalar(let text, _) = node.content, !node.isAbsent else {
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
            let value: Int
            do throws(Refusal) {
                value = try Size.parse(text)
            } catch {
                reader.reportMismatch(node, expected: shape.summary, hint: error.hint)
                return nil
            }
            guard range.contains(value) else {
                let limits = "\(Size.text(range.lowerBound)) to \(Size.text(range.upperBound))"
                reader.reportMismatch(node, expected: limits, .outOfRange)
                return nil
            }
            return value
        }
    }
}

extension Schema where Value == Duration {
    /// A duration: digits with `ms`, `s`, `m` or `h`.
    package static func duration(_ range: ClosedRange<Duration>) -> Schema {
        let shape = Shape.duration(range)
        return Schema(shape, write: { $0.settingsText }) { node, reader in
            guard case .scalar(let text, _) = node.content, !node.isAbsent else {
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
            let value: Duration
            do throws(Refusal) {
                value = try Duration(settingsText: text)
            } catch {
                reader.reportMismatch(node, expected: shape.summary, hint: error.hint)
                return nil
            }
            guard range.contains(value) else {
                let limits = "\(range.lowerBound.settingsText) to \(range.upperBound.settingsText)"
                reader.reportMismatch(node, expected: limits, .outOfRange)
                return nil
            }
            return value
        }
    }
}

extension Schema where Value == Bool {
    /// `true` or `false`; the other words that YAML 1.1 knows are refused with advice.
    package static var boolean: Schema {
        Schema(.boolean, write: { $0 ? "true" : "false" }) { node, reader in
            guard case .scalar(let text, let isPlain) = node.content, !node.isAbsent else {
                reader.reportMismatch(node, expected: Shape.boolean.summary)
                return nil
            }
            switch text {
            case "true" where isPlain: return true
            case "false" where isPlain: return false
            default:
                let word: String? =
                    switch text.lowercased() {
                    case "true", "yes", "on", "y", "1": "true"
                    case "false", "no", "off", "n", "0": "false"
                    default: nil
                    }
                let isQuoted = !isPlain && word == text
                let hint = isQuoted ? "write it without quotes" : word.map { "did you mean '\($0)'?" }
                reader.reportMismatch(node, expected: Shape.boolean.summary, hint: hint)
                return nil
            }
        }
    }
}

extension Schema where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's words.
    package static var choice: Schema {
        let words = Value.allCases.map(\.rawValue)
        let shape = Shape.choice(words)
        return Schema(shape, write: { $0.rawValue }) { node, reader in
            guard case .scalar(let text, _) = node.content, !node.isAbsent else {
                reader.reportMismatch(node, expected: shape.summary)
                return nil
            }
            guard let value = Value(rawValue: text) else {
                let hint = Spelling.nearest(to: text, among: words).map { "did you mean '\($0)'?" }
                reader.reportMismatch(node, expected: shape.summary, hint: hint)
                return nil
            }
            return value
        }
    }
}
