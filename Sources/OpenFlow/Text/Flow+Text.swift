extension FlowMod.Flags {
    /// As ovs-ofctl writes them, each with a blank behind it.
    var text: String {
        var text = ""
        if contains(.sendFlowRemoved) { text += "send_flow_rem " }
        if contains(.checkOverlap) { text += "check_overlap " }
        if contains(.resetCounts) { text += "reset_counts " }
        if contains(.noPacketCounts) { text += "no_packet_counts " }
        if contains(.noByteCounts) { text += "no_byte_counts " }
        return text
    }
}

extension FlowStatistics: CustomStringConvertible {
    /// As `ovs-ofctl dump-flows` writes it, with what it counted.
    public var description: String { text(statistics: true) }

    /// As `ovs-ofctl dump-flows` writes it, with what it counted or, as `--no-stats` does, without.
    public func text(statistics: Bool) -> String {
        var text = ""
        if statistics || cookie != 0 { text += "cookie=0x\(String(cookie, radix: 16)), " }
        if statistics { text += "duration=\(duration), " }
        if statistics || table != 0 { text += "table=\(table), " }
        if statistics {
            if packets != .max { text += "n_packets=\(packets), " }
            if octetsCounted != .max { text += "n_bytes=\(octetsCounted), " }
        }
        if idleTimeout != 0 { text += "idle_timeout=\(idleTimeout), " }
        if hardTimeout != 0 { text += "hard_timeout=\(hardTimeout), " }
        text += flags.text
        if importance != 0 { text += "importance=\(importance), " }
        let match = match.text(priority: priority)
        return text + match + (match.isEmpty ? "" : " ") + "actions=\(instructions.text)"
    }

    /// Seconds with three digits behind the point, cut off; none if they are zeros.
    private var duration: String {
        let milliseconds = nanoseconds / 1_000_000
        guard nanoseconds > 0 else { return "\(seconds)s" }
        // A switch that counts more than a second of them gets them printed, and nothing worse.
        let digits = String(milliseconds)
        return "\(seconds).\(String(repeating: "0", count: max(0, 3 - digits.utf8.count)))\(digits)s"
    }
}

extension FlowMod: CustomStringConvertible {
    /// As ovs-ofctl reads it behind the command: `table=0,priority=100,tcp,tp_dst=80,actions=drop`.
    public var description: String {
        var parts: [String] = []
        let searches = command == .delete || command == .deleteStrict
        if searches || cookieMask != 0 {
            if cookieMask != 0 {
                parts.append("cookie=0x\(String(cookie, radix: 16))/0x\(String(cookieMask, radix: 16))")
            }
        } else if cookie != 0 {
            parts.append("cookie=0x\(String(cookie, radix: 16))")
        }
        parts.append("table=\(table)")
        if idleTimeout != 0, !searches { parts.append("idle_timeout=\(idleTimeout)") }
        if hardTimeout != 0, !searches { parts.append("hard_timeout=\(hardTimeout)") }
        if importance != 0, command == .add { parts.append("importance=\(importance)") }
        if outPort != .any { parts.append("out_port=\(outPort)") }
        if outGroup != Self.anyGroup { parts.append("out_group=\(outGroup)") }
        if !searches { parts += flags.text.split(separator: " ").map(String.init) }
        let match = match.text(priority: command == .delete || command == .modify ? Self.defaultPriority : priority)
        if !match.isEmpty { parts.append(match) }
        if !searches { parts.append("actions=\(instructions.text)") }
        return parts.joined(separator: ",")
    }
}
