extension GroupMod {
    /// Reads a group as ovs-ofctl does behind `add-group`, `mod-group` or `del-groups`.
    public init(_ command: Command, text: String) throws(TextError) {
        let whole = TextSlice(text).trimmed
        self.init(command, group: Self.allGroups)
        if command == .delete, whole.isEmpty { return }
        var head = whole
        var lists: [TextSlice] = []
        if let first = whole.index(of: "bucket=") {
            guard command != .delete else { throw whole.slice(first, whole.end).error("a deletion has no buckets") }
            head.end = first
            var rest = whole.slice(first + 7, whole.end)
            while let (before, after) = rest.split(at: "bucket=") {
                lists.append(before)
                rest = after
            }
            lists.append(rest)
        }
        var (hasGroup, hasType) = (false, false)
        while let pair = head.nextPair() {
            switch pair.name {
            case "group_id":
                group = pair.value.string == "all" ? Self.allGroups : try pair.value.number("a group")
                guard group <= 0xFFFF_FF00 || group == Self.allGroups else {
                    throw pair.value.error("a group is at most 0xffffff00")
                }
                hasGroup = true
            case "type" where command != .delete:
                type = try Self.type(pair.value)
                hasType = true
            case "selection_method", "selection_method_param", "fields":
                throw pair.key.error("OpenFlow 1.4 has no \(pair.name)")
            default: throw pair.key.error("'\(pair.name)' is unknown")
            }
        }
        guard hasGroup else { throw whole.error("group_id is missing") }
        guard hasType || command == .delete else { throw whole.error("type is missing") }
        for list in lists { buckets.append(try Bucket(list, type)) }
        guard type != .indirect || buckets.count <= 1 else { throw whole.error("an indirect group has one bucket") }
        guard size <= 65_000 else { throw whole.error("the group takes too many octets") }
    }

    private static func type(_ text: TextSlice) throws(TextError) -> GroupType {
        switch text.string {
        case "all": return .all
        case "select": return .select
        case "indirect": return .indirect
        case "ff", "fast_failover": return .fastFailover
        default: throw text.error("a group is all, select, indirect or ff")
        }
    }
}

extension Bucket {
    init(_ text: TextSlice, _ type: GroupType) throws(TextError) {
        self.init(weight: type == .select ? 1 : 0, actions: [])
        var rest = text
        var hasActions = false
        while let pair = rest.nextPair() {
            switch pair.name.lowercased() {
            case "weight":
                weight = try pair.value.number("a weight")
                guard type == .select || weight == 0 else { throw pair.value.error("only select groups have weights") }
            case "watch_port":
                guard let port = pair.value.port else { throw pair.value.error("'\(pair.value.string)' is no port") }
                watchPort = port
            case "watch_group": watchGroup = try pair.value.number("a group")
            case "bucket_id": throw pair.key.error("OpenFlow 1.4 has no bucket_id")
            case "action", "actions":
                // The first action, which the key's sign stands before; others follow as pairs of their own.
                actions += try ActionReader.actions(pair.value, match: Match(), depth: 0)
                hasActions = true
            default:
                actions += try ActionReader.actions(
                    text.slice(pair.key.start, rest.start), match: Match(), depth: 0)
                hasActions = true
            }
        }
        guard hasActions else { throw text.error("a bucket has actions") }
        guard type != .fastFailover || watchPort != .any || watchGroup != FlowMod.anyGroup else {
            throw text.error("a bucket of this group watches a port or a group")
        }
    }
}

extension MeterMod {
    /// Reads a meter as ovs-ofctl does behind `add-meter`, `mod-meter` or `del-meter`.
    public init(_ command: Command, text: String) throws(TextError) {
        let whole = TextSlice(text).trimmed
        self.init(command, meter: 0)
        var head = whole
        var list: TextSlice?
        if command != .delete {
            guard let index = whole.index(of: "band"), let (_, after) = whole.slice(index, whole.end).split(at: "=")
            else {
                throw whole.slice(whole.end, whole.end).error("bands are missing")
            }
            head.end = index
            list = after
        }
        while let pair = head.nextPair() {
            switch pair.name {
            case "kbps" where command != .delete: flags.insert(.kilobits)
            case "pktps" where command != .delete: flags.insert(.packets)
            case "burst" where command != .delete: flags.insert(.burst)
            case "stats" where command != .delete: flags.insert(.statistics)
            case "meter":
                if let name = Self.names.first(where: { $0.1 == pair.value.string }) {
                    meter = name.0
                } else {
                    meter = try pair.value.number("a meter")
                    guard 1...0xFFFF_0000 ~= meter else { throw pair.value.error("a meter is 1 to 0xffff0000") }
                }
            default: throw pair.key.error("'\(pair.name)' is unknown")
            }
        }
        guard meter != 0 else { throw whole.error("meter is missing") }
        guard let list else { return }
        guard !flags.isEmpty else { throw whole.error("a meter counts kbps or pktps") }
        try take(bands: list)
    }

    private mutating func take(bands list: TextSlice) throws(TextError) {
        var rest = list
        while let pair = rest.nextPair() {
            if pair.name == "type" {
                switch pair.value.string {
                case "drop": bands.append(MeterBand(.drop, rate: 0))
                case "dscp_remark": bands.append(MeterBand(.remark(levels: 0), rate: 0))
                default: throw pair.value.error("a band is drop or dscp_remark")
                }
                guard bands.count <= 255 else { throw pair.key.error("there are at most 255 bands") }
                continue
            }
            guard var band = bands.popLast() else { throw pair.key.error("a band begins with its type") }
            switch pair.name {
            case "rate": band.rate = try pair.value.number("a rate")
            case "burst_size": band.burst = try pair.value.number("a burst")
            case "prec_level":
                guard case .remark = band.kind else { throw pair.key.error("only dscp_remark has prec_level") }
                band.kind = .remark(levels: try pair.value.number("a precedence"))
            default: throw pair.key.error("'\(pair.name)' is unknown")
            }
            bands.append(band)
        }
        guard !bands.isEmpty else { throw list.error("a meter has bands") }
        for band in bands {
            guard band.rate > 0 else { throw list.error("a band has a rate") }
            guard (band.burst > 0) == flags.contains(.burst) else {
                throw list.error("bands have a burst_size if burst is said, and only then")
            }
            guard band.kind != .remark(levels: 0) else { throw list.error("dscp_remark has a prec_level") }
        }
    }
}
