import Wire

/// Gathers what a text demands of packets, and says it in OpenFlow's terms at the end.
///
/// Some words mean a field that only the others decide: `tp_src` is TCP's, UDP's or SCTP's, `nw_src` also ARP's.
struct MatchReader {
    private var demands: [Field: (value: UInt128, mask: UInt128)] = [:]
    private var order: [Field] = []
    private var others: [MatchField] = []
    /// The whole VLAN tag, with the bits that are demanded.
    private var tag: (value: UInt128, mask: UInt128) = (0, 0)

    private static let words: [String: (type: UInt128, transport: UInt128?)] = [
        "ip": (0x0800, nil), "ipv4": (0x0800, nil), "ip4": (0x0800, nil), "ipv6": (0x86DD, nil), "ip6": (0x86DD, nil),
        "icmp": (0x0800, 1), "tcp": (0x0800, 6), "udp": (0x0800, 17), "sctp": (0x0800, 132),
        "icmp4": (0x0800, 1), "tcp4": (0x0800, 6), "udp4": (0x0800, 17), "sctp4": (0x0800, 132),
        "icmp6": (0x86DD, 58), "tcp6": (0x86DD, 6), "udp6": (0x86DD, 17), "sctp6": (0x86DD, 132),
        "arp": (0x0806, nil), "rarp": (0x8035, nil), "mpls": (0x8847, nil), "mplsm": (0x8848, nil),
    ]

    /// Takes a pair if it is about packets; false if it is not.
    mutating func take(_ pair: TextSlice.Pair) throws(TextError) -> Bool {
        let name = pair.name
        if let word = Self.words[name], pair.value.isEmpty {
            demand(.ethernetType, word.type, 0xFFFF)
            if let transport = word.transport { demand(.ipProtocol, transport, 0xFF) }
            return true
        }
        if name == "eth", pair.value.isEmpty { return true }
        switch name {
        case "dl_vlan", "dl_vlan_pcp", "vlan_tci": try takeTag(name, pair.value)
        case "in_port": try take(.inPort, pair.value)
        case "nw_tos":
            if let (value, _) = try Field.ipTypeOfService.read(pair.value) {
                guard value & 3 == 0 else { throw pair.value.error("the type of service ends in two zeros") }
                demand(.ipDSCP, value >> 2, 0x3F)
            }
        case "vlan_vid":
            if let (value, mask) = try Field.vlanIdentifier.read(pair.value) { demandTag(value, mask) }
        case "vlan_pcp":
            if let (value, _) = try Field.vlanPriority.read(pair.value) { demandTag(0x1000 | value << 13, 0xF000) }
        case "gtpu_flags", "gtpu_msgtype":
            if let field = Field(name: "tun_" + name) { try take(field, pair.value) }
        case _ where name.hasPrefix("oxm["): try takeUnknown(pair)
        default:
            if name.contains("[") {
                let part = try pair.key.subfield()
                let value: UInt128 = try pair.value.number("a field's part")
                guard part.bits == 128 || value >> UInt128(part.bits) == 0 else {
                    throw pair.value.error("the value has more than \(part.bits) bits")
                }
                demand(part.field, value << UInt128(part.offset), part.mask)
                return true
            }
            guard let field = Field(name: name) else { return false }
            guard !pair.value.isEmpty else { throw pair.key.error("\(name) has no value") }
            try take(field, pair.value)
        }
        return true
    }

    private mutating func take(_ field: Field, _ text: TextSlice) throws(TextError) {
        if let (value, mask) = try field.read(text) { demand(field, value, mask) }
    }

    private mutating func takeTag(_ name: String, _ text: TextSlice) throws(TextError) {
        switch name {
        case "vlan_tci":
            guard let (value, mask) = try Field.vlanControl.read(text) else { return }
            demandTag(value, mask)
        case "dl_vlan":
            let value: UInt16 = try text.number("a VLAN")
            // What OpenFlow 1.0 wrote for "no tag".
            if value == 0xFFFF { return demandTag(0, 0x1FFF) }
            guard value < 4096 else { throw text.error("a VLAN is at most 4095") }
            demandTag(0x1000 | UInt128(value), 0x1FFF)
        default:
            let value: UInt16 = try text.number("a VLAN's priority")
            guard value < 8 else { throw text.error("a VLAN's priority is at most 7") }
            demandTag(0x1000 | UInt128(value) << 13, 0xF000)
        }
    }

    private mutating func demandTag(_ value: UInt128, _ mask: UInt128) {
        tag = (tag.value & ~mask | value & mask, tag.mask | mask)
    }

    private mutating func demand(_ field: Field, _ value: UInt128, _ mask: UInt128) {
        if demands[field] == nil { order.append(field) }
        let old = demands[field] ?? (0, 0)
        demands[field] = (old.value & ~mask | value & mask, old.mask | mask)
    }

    private mutating func takeUnknown(_ pair: TextSlice.Pair) throws(TextError) {
        // The key ended at the first colon: the number, the experimenter and the value follow it.
        guard let fieldClass = pair.key.split(at: "[")?.after, let (head, value) = pair.value.split(at: "]=") else {
            throw pair.key.error("an unknown field is oxm[class:number]=value")
        }
        let parts = head.parts(between: ":")
        guard (1...2).contains(parts.count) else { throw head.error("an unknown field has a number") }
        let number: UInt8 = try parts[0].number("a field")
        let classNumber: UInt16 = try fieldClass.number("a class")
        let experimenter: UInt32 = parts.count == 2 ? try parts[1].number("an experimenter") : 0
        guard number < 128, experimenter == 0 || classNumber == FieldIdentifier.experimenterClass else {
            throw head.error("only class 0xffff has experimenters, and fields are at most 127")
        }
        var payload: [UInt8] = []
        let halves = value.parts(between: "/")
        guard (1...2).contains(halves.count) else { throw value.error("a value, and a mask behind a slash") }
        for half in halves {
            var digits = half
            if digits.string.hasPrefix("0x") { digits.start += 2 }
            payload += try digits.octets()
        }
        guard payload.count <= 251, halves.count == 1 || payload.count % 2 == 0 else {
            throw value.error("a payload has at most 251 octets, half of them the mask")
        }
        let identifier = FieldIdentifier(fieldClass: classNumber, number: number, experimenter: experimenter)
        guard Field(identifier) == nil else { throw pair.key.error("this field has a name") }
        others.append(.other(identifier, hasMask: halves.count == 2, payload: payload))
    }

    /// The match that all of it comes to.
    func match() -> Match {
        let (type, transport) = (demands[.ethernetType]?.value, demands[.ipProtocol]?.value)
        var fields: [MatchField] = []
        func add(_ field: Field, _ demand: (value: UInt128, mask: UInt128)?) {
            guard let demand, demand.mask != 0 else { return }
            let mask = field == .connectionState && demand.mask == field.fullMask ? 0xFF : demand.mask
            fields.append(.masked(field, demand.value, mask & field.fullMask))
        }
        // What others depend on comes first.
        let first: [Field] = [.inPort, .ethernetType, .ipProtocol]
        for field in first {
            add(Self.meaning(of: field, type, transport), demands[field])
        }
        if tag.mask & 0x1FFF != 0 || tag.mask != 0 { fields += MatchField.vlan(tag.value, mask: tag.mask) }
        for field in order where !first.contains(field) {
            add(Self.meaning(of: field, type, transport), demands[field])
        }
        return Match(fields + others)
    }

    /// The field that a word means in packets of a type.
    private static func meaning(of field: Field, _ type: UInt128?, _ transport: UInt128?) -> Field {
        let isARP = type == 0x0806 || type == 0x8035
        switch field {
        case .ipProtocol where isARP: return .arpOperation
        case .ipv4Source where isARP: return .arpSource
        case .ipv4Target where isARP: return .arpTarget
        case .tcpSource where transport == 17: return .udpSource
        case .tcpTarget where transport == 17: return .udpTarget
        case .tcpSource where transport == 132: return .sctpSource
        case .tcpTarget where transport == 132: return .sctpTarget
        case .icmpv4Type where type == 0x86DD: return .icmpv6Type
        case .icmpv4Code where type == 0x86DD: return .icmpv6Code
        default: return field
        }
    }
}

extension Match {
    /// Reads what ovs-ofctl writes: `tcp,in_port=1,nw_src=10.0.0.0/8`.
    public init(text: String) throws(TextError) {
        var rest = TextSlice(text)
        var reader = MatchReader()
        while let pair = rest.nextPair() {
            guard try reader.take(pair) else { throw pair.key.error("no field is called '\(pair.name)'") }
        }
        self = reader.match()
    }
}
