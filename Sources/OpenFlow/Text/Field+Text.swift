import Wire

extension Field {
    /// A value, and a mask if it is not full, as ovs-ofctl writes them in Set-Field actions.
    func text(_ value: UInt128, mask: UInt128? = nil) -> String {
        if mask == 0 { return "ANY" }
        let mask = mask == fullMask ? nil : mask
        switch information.format {
        case .decimal: return "\(value)" + (mask.map { "/" + TextWriter.hexadecimal($0) } ?? "")
        case .hexadecimal:
            return TextWriter.hexadecimal(value)
                + (mask.map { "/" + TextWriter.hexadecimal($0) } ?? "")
        case .ethernet: return Self.ethernet(value, mask ?? fullMask)
        case .ipv4: return Self.ipv4(value, mask ?? fullMask)
        case .ipv6: return Self.ipv6(value, mask ?? fullMask)
        case .port:
            let port = bits == 16 ? PortNumber(narrow: UInt16(value)) : PortNumber(rawValue: UInt32(value))
            return "\(port)"
        case .fragment: return Self.fragment(value, mask ?? 3) ?? "<error>"
        case .tcpFlags:
            return TextWriter.flags(UInt32(value), mask: UInt32(mask ?? 0xFFF), all: 0xFFF) {
                FlagNames.name($0, in: FlagNames.tcp)
            }
        case .connectionState:
            return TextWriter.flags(UInt32(value), mask: UInt32(mask ?? fullMask), all: .max) {
                FlagNames.name($0, in: FlagNames.connectionState)
            }
        case .tunnelFlags:
            return TextWriter.flags(UInt32(value), mask: UInt32(mask ?? 1), all: 1) {
                FlagNames.name($0, in: FlagNames.tunnel)
            }
        case .packetType: return "(\(value >> 16),\(TextWriter.hexadecimal(value & 0xFFFF)))"
        }
    }

    static func ethernet(_ value: UInt128, _ mask: UInt128) -> String {
        let address = MACAddress(rawValue: UInt64(value)).description
        return mask == 0xFFFF_FFFF_FFFF ? address : address + "/" + MACAddress(rawValue: UInt64(mask)).description
    }

    static func ipv4(_ value: UInt128, _ mask: UInt128) -> String {
        let address = IPv4Address(rawValue: UInt32(value)).description
        let mask = UInt32(mask)
        guard mask != .max else { return address }
        let length = (~mask).leadingZeroBitCount
        let isPrefix = mask == (length == 0 ? 0 : UInt32.max << UInt32(32 - length))
        return address + "/" + (isPrefix ? "\(length)" : IPv4Address(rawValue: mask).description)
    }

    static func ipv6(_ value: UInt128, _ mask: UInt128) -> String {
        let address = ipv6(value)
        guard mask != .max else { return address }
        let length = (~mask).leadingZeroBitCount
        let isPrefix = mask == (length == 0 ? 0 : UInt128.max << UInt128(128 - length))
        return address + "/" + (isPrefix ? "\(length)" : ipv6(mask))
    }

    /// As `inet_ntop` writes it, which shows the last 32 bits as IPv4 if only zeros, or zeros and ffff, stand before.
    static func ipv6(_ value: UInt128) -> String {
        let low = UInt32(truncatingIfNeeded: value)
        if value >> 32 == 0, low > 0xFFFF { return "::" + IPv4Address(rawValue: low).description }
        if value >> 32 == 0xFFFF { return "::ffff:" + IPv4Address(rawValue: low).description }
        return IPv6Address(rawValue: value).description
    }

    /// What is said of fragments; nil for what cannot be.
    static func fragment(_ value: UInt128, _ mask: UInt128) -> String? {
        switch (value & mask, mask) {
        case (0, 3): "no"
        case (1, 3): "first"
        case (3, 3): "later"
        case (0, 1): "no"
        case (1, 1): "yes"
        case (0, 2): "not_later"
        case (2, 2): "later"
        default: nil
        }
    }
}

extension Subfield: CustomStringConvertible {
    /// The field, and the bits in brackets: `NXM_NX_REG0[0..15]`.
    public var description: String {
        let name = field.information.subfieldName
        if isWhole { return name + "[]" }
        return bits == 1 ? "\(name)[\(offset)]" : "\(name)[\(offset)..\(offset + bits - 1)]"
    }
}
