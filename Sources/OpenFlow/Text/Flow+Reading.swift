extension [Action] {
    /// Reads actions as ovs-ofctl writes them; `drop` is none.
    public init(text: String) throws(TextError) {
        self = try ActionReader.actions(TextSlice(text), match: Match(), depth: 0)
    }
}

extension [Instruction] {
    /// Reads what stands behind `actions=`, for packets of a match.
    public init(text: String, match: Match = Match()) throws(TextError) {
        try self.init(TextSlice(text), match: match)
    }

    init(_ text: TextSlice, match: Match) throws(TextError) {
        var reader = ActionReader(match: match)
        try reader.read(text, allowsInstructions: true)
        self = reader.instructions
        if !reader.applied.isEmpty { append(.applyActions(reader.applied)) }
        sort { $0.rank < $1.rank }
    }
}

extension FlowMod {
    /// Reads a flow as ovs-ofctl does behind `add-flow`, `mod-flows` or `del-flows`.
    ///
    /// What `dump-flows` prints can be read again: what it counted is passed over. A table that is not named is 0 for a
    /// new flow, and any for others.
    public init(_ command: Command, text: String) throws(TextError) {
        try self.init(command, TextSlice(text).trimmed)
    }

    /// Reads a line of a file for `ovs-ofctl --bundle add-flows`, which may begin with a command.
    public init(line: String) throws(TextError) {
        var text = TextSlice(line).trimmed
        var command = Command.add
        if let word = text.parts(between: ", \t\r\n").first {
            let commands: [(String, Command)] = [
                ("add", .add), ("delete", .delete), ("delete_strict", .deleteStrict), ("modify", .modify),
                ("modify_strict", .modifyStrict),
            ]
            if let found = commands.first(where: { $0.0 == word.string }) {
                command = found.1
                text.start = word.end
            }
        }
        try self.init(command, text)
    }

    private init(_ command: Command, _ whole: TextSlice) throws(TextError) {
        self.init(command)
        table = command == .add ? 0 : Self.allTables
        var text = whole
        var actions: TextSlice?
        let searches = command == .delete || command == .deleteStrict
        if !searches {
            guard let index = text.index(of: "action"), let (_, list) = text.slice(index, text.end).split(at: "=")
            else {
                throw whole.slice(whole.end, whole.end).error("actions are missing")
            }
            actions = list
            text.end = index
        }
        var reader = MatchReader()
        while let pair = text.nextPair() {
            if try reader.take(pair) { continue }
            guard try take(pair, searches: searches) else { throw pair.key.error("'\(pair.name)' is unknown") }
        }
        match = reader.match()
        if let actions { instructions = try [Instruction](actions, match: match) }
        guard size <= 65_000 else { throw whole.error("the flow takes too many octets") }
    }

    /// Takes what is about the flow itself; false if it is not.
    private mutating func take(_ pair: TextSlice.Pair, searches: Bool) throws(TextError) -> Bool {
        let value = pair.value
        switch pair.name {
        case "table": table = try value.number("a table")
        case "priority" where command != .delete: priority = try value.number("a priority")
        case "idle_timeout" where !searches: idleTimeout = try value.number("a timeout")
        case "hard_timeout" where !searches: hardTimeout = try value.number("a timeout")
        case "importance" where command == .add: importance = try value.number("an importance")
        case "send_flow_rem" where !searches: flags.insert(.sendFlowRemoved)
        case "check_overlap" where !searches: flags.insert(.checkOverlap)
        case "reset_counts" where !searches: flags.insert(.resetCounts)
        case "no_packet_counts" where !searches: flags.insert(.noPacketCounts)
        case "no_byte_counts" where !searches: flags.insert(.noByteCounts)
        case "no_readonly_table", "allow_hidden_fields": break
        case "out_port" where searches:
            guard let port = value.port else { throw value.error("'\(value.string)' is no port") }
            outPort = port
        case "out_group" where searches: outGroup = try value.number("a group")
        case "cookie": try take(cookie: value, searches: searches)
        case "duration", "n_packets", "n_bytes", "idle_age", "hard_age":
            guard !value.isEmpty else { throw pair.key.error("\(pair.name) has no value") }
        default: return false
        }
        return true
    }

    private mutating func take(cookie text: TextSlice, searches: Bool) throws(TextError) {
        guard let (value, mask) = text.split(at: "/") else {
            guard !searches else { throw text.error("flows are searched by cookie and mask: \(text.string)/-1") }
            cookie = try text.number("a cookie")
            return
        }
        guard command != .add else { throw text.error("a new flow's cookie has no mask") }
        cookie = try value.number("a cookie")
        cookieMask = try mask.number("a mask")
    }
}
