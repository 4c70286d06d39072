import Wire

extension Controller {
    /// Reads what stands behind `controller`; a plain one is an output.
    static func action(_ value: TextSlice) throws(TextError) -> Action {
        guard !value.isEmpty else { return .output(.controller) }
        if value.wide != nil {
            return .output(Output(port: .controller, maximumLength: try value.number("a length")))
        }
        var action = Controller()
        var rest = value
        while let pair = rest.nextPair() {
            switch pair.name {
            case "reason":
                if let index = FlagNames.reasons.firstIndex(of: pair.value.string) {
                    action.reason = UInt8(index)
                } else {
                    action.reason = try pair.value.number("a reason")
                }
            case "max_len": action.maximumLength = try pair.value.number("a length")
            case "id": action.identifier = try pair.value.number("a controller")
            case "userdata":
                action.userData = try pair.value.octets()
                guard action.userData.count <= 60_000 else { throw pair.value.error("at most 60000 octets") }
            case "pause": action.pauses = true
            case "meter_id": action.meter = try pair.value.number("a meter")
            default: throw pair.key.error("controller knows no '\(pair.name)'")
            }
        }
        let isPlain =
            action.reason == 1 && action.identifier == 0 && action.userData.isEmpty && !action.pauses
            && action.meter == 0
        return isPlain
            ? .output(Output(port: .controller, maximumLength: action.maximumLength)) : .controller(action)
    }
}

extension Resubmit {
    init(_ value: TextSlice) throws(TextError) {
        // Empty parts count: `(,1)`.
        var parts: [TextSlice] = []
        var rest = value
        while let (before, after) = rest.split(at: ",") {
            parts.append(before.trimmed)
            rest = after
        }
        parts.append(rest.trimmed)
        self.init()
        if !parts[0].isEmpty {
            guard let port = parts[0].port, port.narrow != nil else {
                throw parts[0].error("'\(parts[0].string)' is no port")
            }
            self.init(port: port)
        }
        if parts.count > 1, !parts[1].isEmpty {
            self.init(port: port, table: try parts[1].number("a table"))
        }
        if parts.count > 2, !parts[2].isEmpty {
            guard parts[2].string == "ct" else { throw parts[2].error("only ct may stand here") }
            self.init(port: port, table: table, usesConnection: true)
        }
        guard parts.count <= 3 else { throw parts[3].error("resubmit takes a port, a table and ct") }
        guard port != .inPort || table != 255 else { throw value.error("a port or a table is needed") }
    }
}

extension ConnectionTracking {
    init(_ value: TextSlice, match: Match, depth: Int) throws(TextError) {
        self.init()
        var rest = value
        while let pair = rest.nextPair() {
            switch pair.name {
            case "commit": commits = true
            case "force": forces = true
            case "table":
                let number: UInt8 = try pair.value.number("a table")
                guard number != 255 else { throw pair.value.error("a table is at most 254") }
                table = number
            case "zone":
                if pair.value.wide != nil {
                    zone = .number(try pair.value.number("a zone"))
                } else {
                    let source = try pair.value.subfield()
                    guard source.bits <= 16, source.field.fitsFourOctets else {
                        throw pair.value.error("a zone has 16 bits")
                    }
                    zone = .field(source)
                }
            case "alg":
                switch pair.value.string {
                case "ftp": helper = 21
                case "tftp": helper = 69
                default: throw pair.value.error("a helper is ftp or tftp")
                }
            case "nat": actions.append(.networkAddressTranslation(try NetworkAddressTranslation(pair.value)))
            case "exec": actions += try ActionReader.actions(pair.value, match: match, depth: depth + 1)
            default: throw pair.key.error("ct knows no '\(pair.name)'")
            }
        }
        guard !forces || commits else { throw value.error("force needs commit") }
    }
}

extension NetworkAddressTranslation {
    init(_ value: TextSlice) throws(TextError) {
        self.init()
        var rest = value
        while let pair = rest.nextPair() {
            switch pair.name {
            case "src", "dst":
                if pair.name == "src" { translatesSource = true } else { translatesTarget = true }
                try take(range: pair.value)
            case "persistent": isPersistent = true
            case "hash": hashesPort = true
            case "random": randomizesPort = true
            default: throw pair.key.error("nat knows no '\(pair.name)'")
            }
        }
        guard !(translatesSource && translatesTarget) else { throw value.error("src and dst exclude each other") }
        let hasFlags = isPersistent || hashesPort || randomizesPort
        guard translatesSource || translatesTarget || !hasFlags else { throw value.error("src or dst is needed") }
        guard !(hashesPort && randomizesPort) else { throw value.error("hash and random exclude each other") }
    }

    private mutating func take(range text: TextSlice) throws(TextError) {
        guard !text.isEmpty else { return }
        if let first = text.string.split(whereSeparator: { $0 == "-" || $0 == ":" }).first,
            IPv4Address(String(first)) != nil
        {
            let (range, ports) = text.split(at: ":").map { ($0.before, Optional($0.after)) } ?? (text, nil)
            let (first, last) = try Self.bounds(range) { IPv4Address($0) }
            guard last.map({ $0 >= first }) ?? true else { throw range.error("the last address is below the first") }
            addresses = .ipv4(first: first, last: last == first ? nil : last)
            if let ports { try take(ports: ports) }
            return
        }
        // An address with ports behind it stands in brackets.
        var range = text
        var ports: TextSlice?
        if text.first == UInt8(ascii: "["),
            let close = text.text[text.start..<text.end].lastIndex(of: UInt8(ascii: "]"))
        {
            range = text.slice(text.start, close + 1)
            if close + 1 < text.end {
                guard text.text[close + 1] == UInt8(ascii: ":") else { throw text.error("':' is missing behind ']'") }
                ports = text.slice(close + 2, text.end)
            }
        }
        let (first, last) = try Self.bounds(range) { IPv6Address($0.filter { $0 != "[" && $0 != "]" }) }
        guard last.map({ $0 >= first }) ?? true else { throw range.error("the last address is below the first") }
        addresses = .ipv6(first: first, last: last == first ? nil : last)
        if let ports { try take(ports: ports) }
    }

    private static func bounds<Address>(
        _ text: TextSlice, _ read: (String) -> Address?
    ) throws(TextError) -> (Address, Address?) {
        let (low, high) = text.split(at: "-").map { ($0.before, Optional($0.after)) } ?? (text, nil)
        guard let first = read(low.string) else { throw low.error("'\(low.string)' is no address") }
        guard let high else { return (first, nil) }
        guard let last = read(high.string) else { throw high.error("'\(high.string)' is no address") }
        return (first, last)
    }

    private mutating func take(ports text: TextSlice) throws(TextError) {
        let (low, high) = text.split(at: "-").map { ($0.before, Optional($0.after)) } ?? (text, nil)
        firstPort = try low.number("a port")
        if let high { lastPort = try high.number("a port") }
        guard lastPort == 0 || lastPort >= firstPort else { throw text.error("the last port is below the first") }
        if lastPort == firstPort { lastPort = 0 }
    }
}

extension Conjunction {
    init(_ value: TextSlice) throws(TextError) {
        let parts = value.parts(between: ",/ ")
        guard parts.count == 3 else { throw value.error("a conjunction is (id,clause/clauses)") }
        let (clause, clauses): (UInt8, UInt8) = (try parts[1].number("a clause"), try parts[2].number("a clause"))
        guard 2...64 ~= clauses else { throw parts[2].error("a conjunction has 2 to 64 clauses") }
        guard 1...clauses ~= clause else { throw parts[1].error("a clause is one of them, from 1") }
        self.init(identifier: try parts[0].number("a conjunction"), clause: clause, of: clauses)
    }
}

extension FinTimeout {
    init(_ value: TextSlice) throws(TextError) {
        self.init(idle: 0, hard: 0)
        var rest = value
        while let pair = rest.nextPair() {
            switch pair.name {
            case "idle_timeout": idle = try pair.value.number("a timeout")
            case "hard_timeout": hard = try pair.value.number("a timeout")
            default: throw pair.key.error("fin_timeout knows no '\(pair.name)'")
            }
        }
    }
}

extension CheckPacketLarger {
    init(_ value: TextSlice) throws(TextError) {
        let (before, after) = try ActionReader.arrow(value)
        var number = before
        if !number.isEmpty, number.text[number.end - 1] == UInt8(ascii: ")") { number.end -= 1 }
        let target = try after.subfield()
        guard target.bits == 1 else { throw after.error("the answer is one bit") }
        self.init(length: try number.number("a length"), target: target)
    }
}

extension Sample {
    init(_ value: TextSlice) throws(TextError) {
        self.init(probability: 1)
        var hasProbability = false
        var rest = value
        while let pair = rest.nextPair() {
            switch pair.name {
            case "probability":
                probability = try pair.value.number("a probability")
                hasProbability = probability > 0
            case "collector_set_id": collectorSet = try pair.value.number("a collector set")
            case "obs_domain_id": observationDomain = try pair.value.number("a domain")
            case "obs_point_id": observationPoint = try pair.value.number("a point")
            case "sampling_port":
                guard let port = pair.value.port, port.narrow != nil else {
                    throw pair.value.error("'\(pair.value.string)' is no port")
                }
                self.port = port
            case "ingress": direction = 1
            case "egress": direction = 2
            default: throw pair.key.error("sample knows no '\(pair.name)'")
            }
        }
        guard hasProbability else { throw value.error("a probability is needed, and not 0") }
    }
}
