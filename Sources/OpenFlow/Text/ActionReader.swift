import Wire

/// Reads actions and instructions as ovs-ofctl does.
///
/// Some words mean what the match decides, so it is given, too.
struct ActionReader {
    let match: Match
    private(set) var applied: [Action] = []
    private(set) var instructions: [Instruction] = []
    private let depth: Int

    init(match: Match, depth: Int = 0) {
        self.match = match
        self.depth = depth
    }

    /// Reads actions only.
    static func actions(_ text: TextSlice, match: Match, depth: Int) throws(TextError) -> [Action] {
        guard depth <= Action.depthLimit else { throw text.error("actions are nested too deep") }
        var reader = ActionReader(match: match, depth: depth)
        try reader.read(text, allowsInstructions: false)
        return reader.applied
    }

    mutating func read(_ text: TextSlice, allowsInstructions: Bool) throws(TextError) {
        var rest = text
        var drop: TextSlice?
        var count = 0
        while let pair = rest.nextPair() {
            count += 1
            if pair.name.lowercased() == "drop", pair.value.isEmpty {
                drop = pair.key
                continue
            }
            if allowsInstructions, try takeInstruction(pair) { continue }
            try take(pair)
        }
        if let drop, count > 1 { throw drop.error("drop stands alone") }
        var size = 0
        for action in applied {
            size += action.size
            guard size <= 60_000 else { throw text.error("the actions take too many octets") }
        }
    }

    private mutating func takeInstruction(_ pair: TextSlice.Pair) throws(TextError) -> Bool {
        let instruction: Instruction
        switch pair.name {
        case "meter": instruction = .meter(try pair.value.number("a meter"))
        case "clear_actions": instruction = .clearActions
        case "write_actions":
            instruction = .writeActions(try Self.actions(pair.value, match: match, depth: depth + 1))
        case "write_metadata":
            let (first, second) = pair.value.split(at: "/").map { ($0.before, Optional($0.after)) } ?? (pair.value, nil)
            let mask: UInt64 = try second?.number("a mask") ?? .max
            instruction = .writeMetadata(try first.number("metadata"), mask: mask)
        case "goto_table": instruction = .gotoTable(try pair.value.number("a table"))
        case "apply_actions": throw pair.key.error("actions are applied unless something else is said")
        default: return false
        }
        // Those that came before must be done before.
        guard instructions.allSatisfy({ $0.rank < instruction.rank }), instruction.rank > 1 || applied.isEmpty else {
            throw pair.key.error("\(pair.name) stands behind what is done after it, or twice")
        }
        instructions.append(instruction)
        return true
    }

    /// Reads one action.
    private mutating func take(_ pair: TextSlice.Pair) throws(TextError) {
        let (name, value) = (pair.name.lowercased(), pair.value)
        guard instructions.allSatisfy({ $0.rank == 0 }) else {
            throw pair.key.error("\(name) stands behind an instruction that is done after it")
        }
        var actions = try plain(name, value)
        if actions == nil { actions = try fields(name, value) }
        if actions == nil { actions = try nested(name, value) }
        if let actions {
            applied += actions
            return
        }
        guard value.isEmpty, let port = pair.key.port else {
            throw pair.key.error("no action is called '\(pair.name)'")
        }
        // Like ovs-ofctl, which gives a length to `controller` only.
        applied.append(.output(Output(port: port)))
    }

    private func plain(_ name: String, _ value: TextSlice) throws(TextError) -> [Action]? {
        switch name {
        case "output": return [try Self.output(value)]
        case "controller": return [try Controller.action(value)]
        case "group": return [.group(try value.number("a group"))]
        case "set_queue": return [.setQueue(try value.number("a queue"))]
        case "pop_queue": return [.popQueue]
        case "push_vlan": return [.pushVLAN(EtherType(rawValue: try value.number("an EtherType")))]
        case "pop_vlan", "strip_vlan": return [.popVLAN]
        case "push_mpls": return [.pushMPLS(EtherType(rawValue: try value.number("an EtherType")))]
        case "pop_mpls": return [.popMPLS(EtherType(rawValue: try value.number("an EtherType")))]
        case "set_mpls_ttl": return [.setMPLSTTL(try value.number("a TTL"))]
        case "dec_mpls_ttl": return [.decrementMPLSTTL]
        case "mod_nw_ttl", "set_nw_ttl": return [.setTTL(try value.number("a TTL"))]
        case "dec_ttl":
            guard !value.isEmpty else { return [.decrementTTL] }
            var controllers: [UInt16] = []
            for part in value.parts(between: ", ") { controllers.append(try part.number("a controller")) }
            guard !controllers.isEmpty else { throw value.error("one controller at least") }
            return [.decrementTTLTelling(controllers)]
        case "copy_ttl_out": return [.copyTTLOut]
        case "copy_ttl_in": return [.copyTTLIn]
        case "push_pbb": return [.pushPBB(EtherType(rawValue: try value.number("an EtherType")))]
        case "pop_pbb": return [.popPBB]
        // Since OpenFlow 1.2 a key is a field like others, and ovs-ofctl sets it so.
        case "set_tunnel", "set_tunnel64":
            return [.setField(.exact(.tunnelIdentifier, UInt128(try value.number("a tunnel's key", UInt64.self))))]
        case "ct_clear": return [.connectionClear]
        case "exit": return [.exit]
        case "dec_nsh_ttl": return [.decrementServiceTTL]
        case "note": return [.note(Note(try value.octets()))]
        case "raw": return [try Self.raw(value)]
        default: return nil
        }
    }

    private func nested(_ name: String, _ value: TextSlice) throws(TextError) -> [Action]? {
        switch name {
        case "resubmit": return [.resubmit(try Resubmit(value))]
        case "ct": return [.connectionTracking(try ConnectionTracking(value, match: match, depth: depth))]
        case "nat": return [.networkAddressTranslation(try NetworkAddressTranslation(value))]
        case "learn": return [.learn(try Learn(value))]
        case "conjunction": return [.conjunction(try Conjunction(value))]
        case "fin_timeout": return [.finTimeout(try FinTimeout(value))]
        case "multipath": return [.multipath(try Multipath(value))]
        case "bundle": return [.bundle(try BundleAction(value, loads: false))]
        case "bundle_load": return [.bundle(try BundleAction(value, loads: true))]
        case "sample": return [.sample(try Sample(value))]
        case "clone": return [.clone(try Self.actions(value, match: match, depth: depth + 1))]
        case "check_pkt_larger": return [.checkPacketLarger(try CheckPacketLarger(value))]
        default: return nil
        }
    }

    private static func output(_ value: TextSlice) throws(TextError) -> Action {
        if value.index(of: "port") != nil, value.index(of: "max_len") != nil {
            var rest = value
            var (port, length): (PortNumber?, UInt32?)
            while let pair = rest.nextPair() {
                switch pair.name {
                case "port": port = pair.value.port
                case "max_len": length = try pair.value.number("a length")
                default: throw pair.key.error("'\(pair.name)' is neither port nor max_len")
                }
            }
            guard let port, let length, length >= 14 else {
                throw value.error("a port is needed, and a length of 14 octets at least")
            }
            return .outputTruncated(OutputTruncated(port: port, maximumLength: length))
        }
        if let port = value.port { return .output(port) }
        guard let source = try? value.subfield() else { throw value.error("'\(value.string)' is no port") }
        guard source.packed != nil else { throw value.error("a port has at most 64 bits") }
        return .outputField(OutputField(source: source))
    }

    private static func raw(_ value: TextSlice) throws(TextError) -> Action {
        let parts = value.parts(between: ", ")
        guard parts.count == 3 else { throw value.error("an unknown action is raw(experimenter,number,octets)") }
        let kind = ActionKind(
            experimenter: try parts[0].number("an experimenter"), number: try parts[1].number("a number"))
        let body = try parts[2].octets()
        guard (kind.headerSize + body.count) % 8 == 0, body.count < 60_000 else {
            throw parts[2].error("an action has whole words of eight octets")
        }
        let raw = Action.other(RawAction(kind: kind, body: body))
        guard let again = try? Action(readingAll: raw.octets.span.octets, .openFlowAction), again == raw else {
            throw value.error("this action has a name")
        }
        return raw
    }
}
