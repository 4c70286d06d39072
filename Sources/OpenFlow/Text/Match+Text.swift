extension Match: CustomStringConvertible {
    /// As ovs-ofctl writes it: `tcp,in_port=1,nw_src=10.0.0.0/8,tp_dst=80`; nothing for every packet.
    public var description: String { parts.joined(separator: ",") }

    /// As ovs-ofctl writes it with a priority, which is left out if it is the default.
    func text(priority: UInt16) -> String {
        let first = priority == FlowMod.defaultPriority ? [] : ["priority=\(priority)"]
        return (first + parts).joined(separator: ",")
    }

    /// What it demands, one by one, in the order of Open vSwitch's `match_format`.
    private var parts: [String] {
        let match = canonical
        var writer = MatchWriter(match)
        writer.write()
        return writer.parts
    }
}

/// Writes a match part by part.
private struct MatchWriter {
    let match: Match
    private(set) var parts: [String] = []
    private let type: UInt128?
    private let transport: UInt128?

    init(_ match: Match) {
        self.match = match
        type = match.exact(.ethernetType)
        transport = match.exact(.ipProtocol)
    }

    private var isIPv6: Bool { type == 0x86DD }
    private var isARP: Bool { type == 0x0806 || type == 0x8035 }

    mutating func write() {
        metadata()
        let shorthand = shorthand
        if let shorthand { parts.append(shorthand.name) }
        for register in 0..<16 { hexadecimal("reg\(register)", .register(register)) }
        tunnel()
        hexadecimal("metadata", .metadata)
        if let port = match.exact(.inPort) { parts.append("in_port=\(PortNumber(rawValue: UInt32(port)))") }
        vlan()
        plain("dl_src", .ethernetSource)
        plain("dl_dst", .ethernetTarget)
        if shorthand == nil, let type { parts.append("dl_type=\(TextWriter.hexadecimal(type, digits: 4))") }
        network(hasProtocol: shorthand?.hasProtocol ?? false)
        ports()
        for case .other(let identifier, let hasMask, let payload) in match.fields {
            parts.append(Self.unknown(identifier, hasMask, payload))
        }
    }

    private mutating func metadata() {
        hexadecimal("pkt_mark", named: "pkt_mark")
        if let value = named("recirc_id") { parts.append("recirc_id=\(TextWriter.hexadecimal(value.value))") }
        hexadecimal("dp_hash", named: "dp_hash")
        if let value = match.exact(.conjunction) { parts.append("conj_id=\(value)") }
        if let value = match.exact(.actionSetOutput) {
            parts.append("actset_output=\(PortNumber(rawValue: UInt32(value)))")
        }
        if let (value, mask) = match[.connectionState] {
            let text = TextWriter.flags(UInt32(value), mask: UInt32(mask & 0xFF), all: 0xFF) {
                FlagNames.name($0, in: FlagNames.connectionState)
            }
            parts.append("ct_state=\(text)")
        }
        decimal("ct_zone", .connectionZone)
        hexadecimal("ct_mark", .connectionMark)
        if let (value, mask) = match[.connectionLabel] {
            let text = mask == .max ? "" : "/" + TextWriter.hexadecimal(mask)
            parts.append("ct_label=\(TextWriter.hexadecimal(value))\(text)")
        }
        plain("ct_nw_src", named: "ct_nw_src")
        plain("ct_ipv6_src", named: "ct_ipv6_src")
        plain("ct_nw_dst", named: "ct_nw_dst")
        plain("ct_ipv6_dst", named: "ct_ipv6_dst")
        if let value = named("ct_nw_proto") { parts.append("ct_nw_proto=\(value.value)") }
        decimal("ct_tp_src", named: "ct_tp_src")
        decimal("ct_tp_dst", named: "ct_tp_dst")
        if let value = match.exact(.packetType) { parts.append("packet_type=\(Field.packetType.text(value))") }
    }

    /// The word for an EtherType, and for an IP protocol with it.
    private var shorthand: (name: String, hasProtocol: Bool)? {
        switch type {
        case 0x0800:
            switch transport {
            case 1: ("icmp", true)
            case 6: ("tcp", true)
            case 17: ("udp", true)
            case 132: ("sctp", true)
            default: ("ip", false)
            }
        case 0x86DD:
            switch transport {
            case 58: ("icmp6", true)
            case 6: ("tcp6", true)
            case 17: ("udp6", true)
            case 132: ("sctp6", true)
            default: ("ipv6", false)
            }
        case 0x0806: ("arp", false)
        case 0x8035: ("rarp", false)
        case 0x8847: ("mpls", false)
        case 0x8848: ("mplsm", false)
        default: nil
        }
    }

    private mutating func tunnel() {
        hexadecimal("tun_id", .tunnelIdentifier)
        for name in ["tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst"] { plain(name, named: name) }
        decimal("tun_gbp_id", named: "tun_gbp_id")
        if let value = named("tun_gbp_flags") { parts.append("tun_gbp_flags=\(TextWriter.hexadecimal(value.value))") }
        let version = named("tun_erspan_ver")?.value
        if let version { parts.append("tun_erspan_ver=\(version)") }
        if let index = named("tun_erspan_idx"), version == 1 {
            parts.append("tun_erspan_idx=\(TextWriter.hexadecimal(index.value))")
        }
        if version == 2 {
            if let value = named("tun_erspan_dir") { parts.append("tun_erspan_dir=\(value.value)") }
            if let value = named("tun_erspan_hwid") {
                parts.append("tun_erspan_hwid=\(TextWriter.hexadecimal(value.value))")
            }
        }
        if let value = named("tun_gtpu_flags") { parts.append("gtpu_flags=\(TextWriter.hexadecimal(value.value))") }
        if let value = named("tun_gtpu_msgtype") { parts.append("gtpu_msgtype=\(value.value)") }
        plain("tun_flags", named: "tun_flags")
    }

    private mutating func vlan() {
        let identifier = match[.vlanIdentifier]
        let priority = match.exact(.vlanPriority)
        guard identifier != nil || priority != nil else { return }
        var (value, mask) = identifier ?? (0, 0)
        if let priority {
            // A priority is only there in a tag.
            (value, mask) = (value | 0x1000 | priority << 13, mask | 0xF000)
        }
        if mask & value & 0x1000 != 0, mask & 0xFFF == 0 || mask & 0xFFF == 0xFFF, mask & 0xEFFF != 0 {
            if mask & 0xFFF != 0 { parts.append("dl_vlan=\(value & 0xFFF)") }
            if mask & 0xE000 != 0 { parts.append("dl_vlan_pcp=\(value >> 13)") }
        } else {
            let text = mask == 0xFFFF ? "" : "/" + TextWriter.hexadecimal(mask, digits: 4)
            parts.append("vlan_tci=\(TextWriter.hexadecimal(value, digits: 4))\(text)")
        }
    }

    private mutating func network(hasProtocol: Bool) {
        if isIPv6 {
            plain("ipv6_src", .ipv6Source)
            plain("ipv6_dst", .ipv6Target)
            if let (value, mask) = match[.ipv6Label] {
                let text = mask == 0xFFFFF ? "" : "/" + TextWriter.hexadecimal(mask, digits: 5)
                parts.append("ipv6_label=\(TextWriter.hexadecimal(value, digits: 5))\(text)")
            }
        } else if isARP {
            plain("arp_spa", .arpSource)
            plain("arp_tpa", .arpTarget)
        } else {
            plain("nw_src", .ipv4Source)
            plain("nw_dst", .ipv4Target)
        }
        serviceHeader()
        if isARP {
            if let value = match.exact(.arpOperation) { parts.append("arp_op=\(value)") }
            plain("arp_sha", .arpSourceHardware)
            plain("arp_tha", .arpTargetHardware)
        } else if !hasProtocol, let transport {
            parts.append("nw_proto=\(transport)")
        }
        if let value = match.exact(.ipDSCP) { parts.append("nw_tos=\(value << 2)") }
        if let value = match.exact(.ipECN) { parts.append("nw_ecn=\(value)") }
        if let value = match.exact(.ipTTL) { parts.append("nw_ttl=\(value)") }
        for name in ["mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"] {
            if let value = named(name) { parts.append("\(name)=\(value.value)") }
        }
        if let (value, mask) = match[.ipFragment] {
            parts.append("nw_frag=\(Field.fragment(value, mask) ?? "<error>")")
        }
    }

    private mutating func serviceHeader() {
        decimal("nsh_flags", named: "nsh_flags")
        for name in ["nsh_mdtype", "nsh_np"] { decimal(name, named: name) }
        if let value = named("nsh_spi") { parts.append("nsh_spi=\(TextWriter.hexadecimal(value.value, digits: 1))") }
        decimal("nsh_si", named: "nsh_si")
        for number in 1...4 { hexadecimal("nsh_c\(number)", named: "nsh_c\(number)") }
        decimal("nsh_ttl", named: "nsh_ttl")
    }

    private mutating func ports() {
        for (name, fields) in [
            ("icmp_type", [Field.icmpv4Type, .icmpv6Type]), ("icmp_code", [.icmpv4Code, .icmpv6Code]),
            ("tp_src", [.tcpSource, .udpSource, .sctpSource]), ("tp_dst", [.tcpTarget, .udpTarget, .sctpTarget]),
        ] {
            for field in fields { decimal(name, field) }
        }
        plain("nd_target", .ndTarget)
        plain("nd_sll", .ndSource)
        plain("nd_tll", .ndTargetHardware)
        for name in ["nd_reserved", "nd_options_type"] { decimal(name, named: name) }
        plain("tcp_flags", .tcpFlags)
    }

    private func named(_ name: String) -> (value: UInt128, mask: UInt128)? { Field(name: name).flatMap { match[$0] } }

    /// A value as its field has it.
    private mutating func plain(_ name: String, _ field: Field) {
        if let (value, mask) = match[field] { parts.append("\(name)=\(field.text(value, mask: mask))") }
    }

    private mutating func plain(_ name: String, named field: String) {
        if let field = Field(name: field) { plain(name, field) }
    }

    /// A value in hexadecimal, 0 bare.
    private mutating func hexadecimal(_ name: String, _ field: Field) {
        guard let (value, mask) = match[field] else { return }
        let text = mask == field.fullMask ? "" : "/" + TextWriter.hexadecimal(mask)
        parts.append("\(name)=\(TextWriter.hexadecimal(value))\(text)")
    }

    private mutating func hexadecimal(_ name: String, named field: String) {
        if let field = Field(name: field) { hexadecimal(name, field) }
    }

    /// A value in decimal, and in hexadecimal with a mask.
    private mutating func decimal(_ name: String, _ field: Field) {
        guard let (value, mask) = match[field] else { return }
        parts.append(
            mask == field.fullMask
                ? "\(name)=\(value)"
                : "\(name)=\(TextWriter.hexadecimal(value, digits: 1))/\(TextWriter.hexadecimal(mask, digits: 1))")
    }

    private mutating func decimal(_ name: String, named field: String) {
        if let field = Field(name: field) { decimal(name, field) }
    }

    /// What ovs-ofctl has no words for: class, number and experimenter, then the payload.
    private static func unknown(_ identifier: FieldIdentifier, _ hasMask: Bool, _ payload: [UInt8]) -> String {
        let digits = payload.map { String(TextWriter.hexadecimal($0, digits: 2).dropFirst(2)) }.joined()
        let count = hasMask ? payload.count : payload.count * 2
        let value = "0x" + digits.prefix(count) + (hasMask ? "/0x" + digits.dropFirst(count) : "")
        let name = TextWriter.hexadecimal(identifier.fieldClass, digits: 4)
        let experimenter = identifier.isExperimental ? ":\(TextWriter.hexadecimal(identifier.experimenter))" : ""
        return "oxm[\(name):\(identifier.number)\(experimenter)]=\(value)"
    }
}
