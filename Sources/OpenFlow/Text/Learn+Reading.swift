import Wire

extension Learn {
    init(_ value: TextSlice) throws(TextError) {
        self.init()
        var rest = value
        while let pair = rest.nextPair() {
            switch pair.name {
            case "table":
                table = try pair.value.number("a table")
                guard table != 255 else { throw pair.value.error("a table is at most 254") }
            case "priority": priority = try pair.value.number("a priority")
            case "idle_timeout": idleTimeout = try pair.value.number("a timeout")
            case "hard_timeout": hardTimeout = try pair.value.number("a timeout")
            case "fin_idle_timeout": finIdleTimeout = try pair.value.number("a timeout")
            case "fin_hard_timeout": finHardTimeout = try pair.value.number("a timeout")
            case "cookie": cookie = try pair.value.number("a cookie")
            case "send_flow_rem": tellsRemoval = true
            case "delete_learned": deletesLearned = true
            case "limit": limit = try pair.value.number("a limit")
            case "result_dst":
                let result = try pair.value.subfield()
                guard result.bits == 1, result.field.information.isWritable else {
                    throw pair.value.error("the result is one bit that can be written")
                }
                self.result = result
            default: specifications.append(try LearnSpecification(pair))
            }
            guard bodySize <= 60_000 else { throw pair.key.error("this learns too much") }
        }
    }
}

extension LearnSpecification {
    init(_ pair: TextSlice.Pair) throws(TextError) {
        switch pair.name {
        case "load":
            let (from, to) = try ActionReader.arrow(pair.value)
            let target = try Self.subfield(to)
            guard target.field.information.isWritable else { throw to.error("\(target.field.name) is read only") }
            self.init(from: try Self.source(from, target, readsField: false), to: .load(target))
        case "output":
            self.init(from: .field(try Self.subfield(pair.value)), to: .output)
        default:
            let target = try Self.subfield(pair.key)
            guard !pair.value.isEmpty else {
                self.init(from: .field(target), to: .match(target))
                return
            }
            self.init(from: try Self.source(pair.value, target, readsField: true), to: .match(target))
        }
    }

    private static func subfield(_ text: TextSlice) throws(TextError) -> Subfield {
        let subfield = try text.subfield()
        guard subfield.field.fitsFourOctets else { throw text.error("\(subfield.field.name) cannot be learnt") }
        return subfield
    }

    /// A field, or a number that fits; a match's whole field is written as the field is.
    private static func source(_ text: TextSlice, _ target: Subfield, readsField: Bool) throws(TextError) -> Source {
        if text.wide == nil, let source = try? subfield(text) {
            guard source.bits == target.bits else {
                throw text.error("\(source.bits) bits do not go into \(target.bits)")
            }
            return .field(source)
        }
        let value: UInt128
        if readsField, target.isWhole {
            value = try target.field.number(text)
        } else {
            guard let number = text.wide else { throw text.error("'\(text.string)' is neither a field nor a number") }
            value = number
        }
        guard target.bits == 128 || value >> UInt128(target.bits) == 0 else {
            throw text.error("the value has more than \(target.bits) bits")
        }
        return .value(value)
    }
}
