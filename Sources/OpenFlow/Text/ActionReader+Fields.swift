import Wire

extension ActionReader {
    /// Reads an action that changes fields.
    func fields(_ name: String, _ value: TextSlice) throws(TextError) -> [Action]? {
        switch name {
        case "set_field": return try Self.set(value)
        case "load": return [try Self.load(value)]
        case "move":
            let (from, to) = try Self.arrow(value)
            let (source, target) = (try from.subfield(), try to.subfield())
            guard source.bits == target.bits else {
                throw value.error("\(source.bits) bits do not go into \(target.bits)")
            }
            try Self.writable(target, to)
            return [.move(RegisterMove(from: source, to: target))]
        case "push": return [.push(StackAction(try value.subfield()))]
        case "pop":
            let target = try value.subfield()
            try Self.writable(target, value)
            return [.pop(StackAction(target))]
        case "delete_field":
            guard let field = Field(name: value.string) else { throw value.error("no field has this name") }
            return [.deleteField(field)]
        case "mod_dl_src": return [.setField(.exact(.ethernetSource, try Field.ethernetSource.number(value)))]
        case "mod_dl_dst": return [.setField(.exact(.ethernetTarget, try Field.ethernetTarget.number(value)))]
        case "mod_nw_src": return [.setField(.exact(.ipv4Source, try Field.ipv4Source.number(value)))]
        case "mod_nw_dst": return [.setField(.exact(.ipv4Target, try Field.ipv4Target.number(value)))]
        case "mod_nw_tos":
            let service: UInt8 = try value.number("a type of service")
            guard service & 3 == 0 else { throw value.error("the type of service ends in two zeros") }
            return [.setField(.exact(.ipDSCP, UInt128(service >> 2)))]
        case "mod_nw_ecn":
            let bits: UInt8 = try value.number("the ECN")
            guard bits < 4 else { throw value.error("the ECN has two bits") }
            return [.setField(.exact(.ipECN, UInt128(bits)))]
        case "mod_tp_src", "mod_tp_dst":
            let port: UInt16 = try value.number("a port")
            return [.setField(.exact(try transportPort(name == "mod_tp_src", value), UInt128(port)))]
        case "set_mpls_label":
            return [.setField(try Self.small("mpls_label", value))]
        case "set_mpls_tc": return [.setField(try Self.small("mpls_tc", value))]
        case "set_vlan_vid", "mod_vlan_vid":
            let identifier: UInt16 = try value.number("a VLAN")
            guard identifier < 4096 else { throw value.error("a VLAN is at most 4095") }
            return push(name) + [.setField(.exact(.vlanIdentifier, 0x1000 | UInt128(identifier)))]
        case "set_vlan_pcp", "mod_vlan_pcp":
            return push(name) + [.setField(try Self.small("vlan_pcp", value))]
        default: return nil
        }
    }

    /// OpenFlow 1.0's actions add a tag if there is none.
    private func push(_ name: String) -> [Action] {
        guard name.hasPrefix("mod_") else { return [] }
        let hasTag =
            match[.vlanIdentifier].map { $0.value & $0.mask & 0x1000 != 0 } ?? false
            || applied.contains { if case .pushVLAN = $0 { true } else { false } }
        return hasTag ? [] : [.pushVLAN(.vlan)]
    }

    private static func small(_ name: String, _ value: TextSlice) throws(TextError) -> MatchField {
        guard let field = Field(name: name) else { throw value.error("no field is called \(name)") }
        return .exact(field, try field.number(value))
    }

    private func transportPort(_ isSource: Bool, _ value: TextSlice) throws(TextError) -> Field {
        switch match.exact(.ipProtocol) {
        case 6: return isSource ? .tcpSource : .tcpTarget
        case 17: return isSource ? .udpSource : .udpTarget
        case 132: return isSource ? .sctpSource : .sctpTarget
        default: throw value.error("the match does not say whose port it is")
        }
    }

    /// What stands on either side of `->`.
    static func arrow(_ value: TextSlice) throws(TextError) -> (TextSlice, TextSlice) {
        guard let (before, after) = value.split(at: "->") else { throw value.error("'->' is missing") }
        guard !after.isEmpty else { throw after.error("a field is missing behind '->'") }
        return (before, after)
    }

    private static func writable(_ target: Subfield, _ text: TextSlice) throws(TextError) {
        guard target.field.information.isWritable else { throw text.error("\(target.field.name) is read only") }
    }

    private static func set(_ value: TextSlice) throws(TextError) -> [Action] {
        let (text, target) = try arrow(value)
        guard let field = Field(name: target.string) else {
            throw target.error("no field is called '\(target.string)'")
        }
        guard field.information.isWritable else { throw target.error("\(field.name) is read only") }
        guard let (value, mask) = try field.read(text), mask != 0 else { throw text.error("a value is needed") }
        return mask == field.fullMask ? [.setField(.exact(field, value))] : partly(field, value, mask)
    }

    /// OpenFlow 1.4 has no Set-Field of some bits: Nicira's loads do it, one for each run of at most 64 bits.
    ///
    /// A field that has an experimenter's header takes the longer action.
    private static func partly(_ field: Field, _ value: UInt128, _ mask: UInt128) -> [Action] {
        guard field.fitsFourOctets else { return [.loadMasked(.masked(field, value, mask))] }
        var loads: [Action] = []
        var offset = 0
        while offset < field.bits {
            var bits = 0
            while bits < 64, offset + bits < field.bits, mask >> UInt128(offset + bits) & 1 == 1 { bits += 1 }
            if bits > 0 {
                let part = value >> UInt128(offset) & ((1 << UInt128(bits)) - 1)
                loads.append(.load(RegisterLoad(UInt64(part), to: Subfield(field, offset: offset, bits: bits))))
            }
            offset += max(bits, 1)
        }
        return loads
    }

    private static func load(_ text: TextSlice) throws(TextError) -> Action {
        let (number, field) = try arrow(text)
        let target = try field.subfield()
        try writable(target, field)
        guard let value = number.wide else { throw number.error("'\(number.string)' is not a number") }
        guard target.bits == 128 || value >> UInt128(target.bits) == 0 else {
            throw number.error("the value has more than \(target.bits) bits")
        }
        if target.bits <= 64, target.field.fitsFourOctets {
            return .load(RegisterLoad(UInt64(value), to: target))
        }
        let mask = target.mask
        return .loadMasked(.masked(target.field, value << UInt128(target.offset), mask))
    }
}
