extension GroupType: CustomStringConvertible {
    /// As ovs-ofctl writes it.
    public var description: String {
        switch self {
        case .all: "all"
        case .select: "select"
        case .indirect: "indirect"
        case .fastFailover: "ff"
        }
    }
}

extension Bucket {
    /// As ovs-ofctl writes it in a group of a type, which decides which weight is none.
    func text(in type: GroupType) -> String {
        var parts: [String] = []
        if weight != (type == .select ? 1 : 0) { parts.append("weight:\(weight)") }
        if watchPort != .any { parts.append("watch_port:\(watchPort)") }
        if watchGroup != FlowMod.anyGroup { parts.append("watch_group:\(watchGroup)") }
        parts.append("actions=\(actions.text)")
        return "bucket=\(parts.joined(separator: ","))"
    }
}

extension GroupDescription: CustomStringConvertible {
    /// As `ovs-ofctl dump-groups` writes it, and `add-group` reads it.
    public var description: String {
        (["group_id=\(group)", "type=\(type)"] + buckets.map { $0.text(in: type) }).joined(separator: ",")
    }
}

extension GroupMod: CustomStringConvertible {
    /// As ovs-ofctl reads it behind the command.
    public var description: String {
        if command == .delete { return group == Self.allGroups ? "" : "group_id=\(group)" }
        return GroupDescription(type: type, group: group, buckets: buckets).description
    }
}

extension MeterFlags {
    /// As ovs-ofctl writes them.
    var names: [String] {
        var names: [String] = []
        if contains(.kilobits) { names.append("kbps") }
        if contains(.packets) { names.append("pktps") }
        if contains(.burst) { names.append("burst") }
        if contains(.statistics) { names.append("stats") }
        return names
    }
}

extension MeterBand {
    func text(_ flags: MeterFlags, separator: String) -> String {
        var parts: [String] = []
        switch kind {
        case .drop: parts.append("type=drop")
        case .remark: parts.append("type=dscp_remark")
        case .other(let type, _): parts.append("type=\(type)")
        }
        parts.append("rate=\(rate)")
        if flags.contains(.burst) { parts.append("burst_size=\(burst)") }
        if case .remark(let levels) = kind { parts.append("prec_level=\(levels)") }
        return parts.joined(separator: separator)
    }
}

extension MeterMod {
    /// A meter's number, or its word.
    static func name(_ meter: UInt32) -> String { names.first { $0.0 == meter }?.1 ?? "\(meter)" }
}

extension MeterConfiguration: CustomStringConvertible {
    /// As `ovs-ofctl dump-meters` writes it: each band on a line of its own.
    public var description: String {
        let head = ["meter=\(MeterMod.name(meter))"] + flags.names + ["bands="]
        return ([head.joined(separator: " ")] + bands.map { $0.text(flags, separator: " ") }).joined(separator: "\n")
    }
}

extension MeterMod: CustomStringConvertible {
    /// As ovs-ofctl reads it behind the command.
    public var description: String {
        let name = "meter=\(Self.name(meter))"
        guard command != .delete else { return name }
        let bands = bands.map { $0.text(flags, separator: ",") }.joined(separator: ",")
        return ([name] + flags.names + ["bands=\(bands)"]).joined(separator: ",")
    }
}
