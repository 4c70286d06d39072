extension FilterInstruction {
    /// The line that `tcpdump -d` prints for the instruction with this number.
    public func text(at number: Int) -> String {
        let (name, argument) = words(at: number)
        let label = number < 10 ? "(00\(number))" : number < 100 ? "(0\(number))" : "(\(number))"
        guard code & 7 == 5, code & 0x70 != 0 else { return "\(label) \(name.padded(to: 8)) \(argument)" }
        let (isTrue, isFalse) = (number + 1 + Int(skipIfTrue), number + 1 + Int(skipIfFalse))
        return "\(label) \(name.padded(to: 8)) \(argument.padded(to: 16)) jt \(isTrue)\tjf \(isFalse)"
    }

    /// The instruction's name and its operand.
    private func words(at number: Int) -> (String, String) {
        let decimal = "#\(Int32(bitPattern: operand))"
        let hexadecimal = "#0x\(String(operand, radix: 16))"
        let place = Int32(bitPattern: operand)
        let suffix = code & 0x18 == 0x08 ? "h" : code & 0x18 == 0x10 ? "b" : ""
        switch code {
        case 0x20, 0x28, 0x30: return ("ld" + suffix, "[\(factName ?? "\(place)")]")
        case 0x40, 0x48, 0x50: return ("ld" + suffix, "[x + \(place)]")
        case 0x00: return ("ld", hexadecimal)
        case 0x80: return ("ld", "#pktlen")
        case 0x60: return ("ld", "M[\(place)]")
        case 0x01: return ("ldx", hexadecimal)
        case 0x81: return ("ldx", "#pktlen")
        case 0x61: return ("ldx", "M[\(place)]")
        case 0xB1: return ("ldxb", "4*([\(place)]&0xf)")
        case 0x02: return ("st", "M[\(place)]")
        case 0x03: return ("stx", "M[\(place)]")
        case 0x05: return ("ja", "\(number + 1 + Int(place))")
        case 0x06: return ("ret", decimal)
        case 0x16: return ("ret", "")
        case 0x07: return ("tax", "")
        case 0x87: return ("txa", "")
        case 0x84: return ("neg", "")
        default: break
        }
        let usesIndex = code & 0x08 != 0
        if code & 7 == 5 {
            let names: [UInt16: String] = [0x10: "jeq", 0x20: "jgt", 0x30: "jge", 0x40: "jset"]
            return (names[code & 0x70] ?? "unimp", usesIndex ? "x" : hexadecimal)
        }
        let names: [UInt16: String] = [
            0x00: "add", 0x10: "sub", 0x20: "mul", 0x30: "div", 0x40: "or", 0x50: "and", 0x60: "lsh", 0x70: "rsh",
            0x90: "mod", 0xA0: "xor",
        ]
        guard code & 7 == 4, let name = names[code & 0xF0] else { return ("unimp", "0x\(String(code, radix: 16))") }
        let isMask = [0x40, 0x50, 0xA0].contains(code & 0xF0)
        return (name, usesIndex ? "x" : isMask ? hexadecimal : decimal)
    }

    /// What tcpdump calls a fact of the kernel.
    private var factName: String? {
        switch operand {
        case 0xFFFF_F000 + FilterFact.networkProtocol.rawValue: "proto"
        case 0xFFFF_F000 + FilterFact.packetType.rawValue: "type"
        case 0xFFFF_F000 + FilterFact.interfaceIndex.rawValue: "ifidx"
        case 0xFFFF_F000 + FilterFact.vlanTag.rawValue: "vlan_tci"
        case 0xFFFF_F000 + FilterFact.hasVLANTag.rawValue: "vlanp"
        default: nil
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - utf8.count, 0))
    }
}
