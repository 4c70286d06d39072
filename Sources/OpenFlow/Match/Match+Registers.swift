extension MatchField {
    /// The same in the terms that switches give back: 32-bit registers, DSCP, the VLAN's parts, a wide port.
    var elementary: [MatchField] {
        guard case .known(let field, let value, let mask) = self else { return [self] }
        let full = mask ?? field.fullMask
        if let first = field.firstRegister {
            let count = field.bits / 32
            return (0..<count).compactMap { index in
                let shift = UInt128(32 * (count - 1 - index))
                let part = full >> shift & 0xFFFF_FFFF
                guard part != 0 else { return nil }
                return .masked(.register(first + index), value >> shift & 0xFFFF_FFFF, part)
            }
        }
        switch field {
        case .inPort16: return [.exact(.inPort, UInt128(PortNumber(narrow: UInt16(value)).rawValue))]
        case .ipTypeOfService: return [.exact(.ipDSCP, value >> 2)]
        case .vlanControl: return Self.vlan(value, mask: full)
        default: return [self]
        }
    }

    /// A tag as Nicira matches it, in OpenFlow's terms; a priority without the tag's being demanded is as it came.
    static func vlan(_ control: UInt128, mask: UInt128) -> [MatchField] {
        var fields: [MatchField] = []
        let (identifier, priority) = (mask & 0x1FFF, mask >> 13)
        if identifier != 0 { fields.append(.masked(.vlanIdentifier, control & 0x1FFF, identifier)) }
        if priority == 7, control & mask & 0x1000 != 0 { fields.append(.exact(.vlanPriority, control >> 13)) }
        return fields
    }
}

extension Field {
    /// The first of the 32-bit registers that a wider one is made of; nil for other fields.
    var firstRegister: Int? {
        let name = name
        guard name.hasPrefix("x"), let number = name.split(separator: "g").last.flatMap({ Int($0) }) else { return nil }
        if name.hasPrefix("xreg") { return 2 * number }
        return name.hasPrefix("xxreg") ? 4 * number : nil
    }
}
