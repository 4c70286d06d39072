import Wire

extension Field {
    /// Reads a value, and a mask behind a slash; nil if anything will do.
    func read(_ text: TextSlice) throws(TextError) -> (value: UInt128, mask: UInt128)? {
        let string = text.string
        if string == "*" || string == "ANY" { return nil }
        switch information.format {
        case .fragment: return try fragment(text)
        case .connectionState: return try flags(text, FlagNames.connectionState, all: 0xFF, exact: fullMask)
        case .tcpFlags: return try flags(text, FlagNames.tcp, all: 0xFFF, exact: 0xFFF)
        case .tunnelFlags: return try flags(text, FlagNames.tunnel, all: 1, exact: 1)
        case .packetType: return try packetType(text)
        default: break
        }
        let (first, second) = text.split(at: "/").map { ($0.before, Optional($0.after)) } ?? (text, nil)
        let value = try number(first)
        guard let second else { return (value, fullMask) }
        let mask = try self.mask(second)
        guard information.isMaskable || mask == fullMask || mask == 0 else {
            throw second.error("\(name) has no masks")
        }
        return (value & mask, mask)
    }

    /// Reads a value without a mask.
    func number(_ text: TextSlice) throws(TextError) -> UInt128 {
        let value: UInt128?
        switch information.format {
        case .ethernet: value = MACAddress(text.string).map { UInt128($0.rawValue) }
        case .ipv4: value = IPv4Address(text.string).map { UInt128($0.rawValue) }
        case .ipv6: value = IPv6Address(text.string)?.rawValue
        case .port:
            guard let port = text.port else { throw text.error("'\(text.string)' is no port") }
            value = bits == 16 ? port.narrow.map { UInt128($0) } : UInt128(port.rawValue)
        default: value = text.wide
        }
        guard let value else { throw text.error("'\(text.string)' is no value of \(name)") }
        guard value & ~fullMask == 0 else { throw text.error("\(name) has \(bits) bits only") }
        return value
    }

    private func mask(_ text: TextSlice) throws(TextError) -> UInt128 {
        if text.string == "-1" { return fullMask }
        if information.format == .ipv4 || information.format == .ipv6, let length = text.wide {
            guard length <= UInt128(bits) else { throw text.error("a prefix has at most \(bits) bits") }
            return length == 0 ? 0 : fullMask & ~(length == UInt128(bits) ? 0 : (1 << (UInt128(bits) - length)) - 1)
        }
        return try number(text)
    }

    private func fragment(_ text: TextSlice) throws(TextError) -> (value: UInt128, mask: UInt128) {
        switch text.string {
        case "no": return (0, 1)
        case "yes": return (1, 1)
        case "first": return (1, 3)
        case "later": return (2, 2)
        case "not_later": return (0, 2)
        default: throw text.error("fragments are no, yes, first, later or not_later")
        }
    }

    private func packetType(_ text: TextSlice) throws(TextError) -> (value: UInt128, mask: UInt128) {
        let parts = text.parts(between: "(), ")
        guard parts.count == 2 else { throw text.error("a packet type is (namespace,type)") }
        let namespace: UInt16 = try parts[0].number("a namespace")
        let type: UInt16 = try parts[1].number("a type")
        return (UInt128(namespace) << 16 | UInt128(type), fullMask)
    }

    /// Reads `+a-b`, `a|b`, or numbers.
    private func flags(
        _ text: TextSlice, _ names: [String], all: UInt128, exact: UInt128
    ) throws(TextError) -> (value: UInt128, mask: UInt128) {
        if let (first, second) = text.split(at: "/"), let value = first.wide, let mask = second.wide {
            guard (value | mask) & ~all == 0 else { throw text.error("\(name) has no such flags") }
            return (value & mask, mask)
        }
        var (value, mask): (UInt128, UInt128) = (0, 0)
        guard text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-") else {
            for part in text.parts(between: "|") { value |= try flag(part, names, all) }
            return (value, exact)
        }
        var rest = text
        while let sign = rest.first {
            var index = rest.start + 1
            while index < rest.end, rest.text[index] != UInt8(ascii: "+"), rest.text[index] != UInt8(ascii: "-") {
                index += 1
            }
            let bit = try flag(rest.slice(rest.start + 1, index), names, all)
            guard mask & bit == 0 else { throw rest.error("each flag is given once") }
            mask |= bit
            if sign == UInt8(ascii: "+") { value |= bit }
            rest.start = index
        }
        return (value, mask)
    }

    private func flag(_ text: TextSlice, _ names: [String], _ all: UInt128) throws(TextError) -> UInt128 {
        if let index = names.firstIndex(of: text.string) { return 1 << UInt128(index) }
        guard let value = text.wide, value & ~all == 0 else { throw text.error("\(name) has no flag '\(text.string)'") }
        return value
    }
}
