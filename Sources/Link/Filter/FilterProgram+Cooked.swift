extension FilterProgram {
    /// A program for frames with a `CookedHeader`, changed so that a cooked socket's kernel can run it, which has no such
    /// header: what the header tells is loaded as facts, and offsets behind it count from the network layer.
    ///
    /// Nil where the two cannot mean the same: it looks at the sender's address or at the frame's length. Run the program
    /// itself then, on whole frames (`run(on:)`).
    public func cooked() -> FilterProgram? {
        var changed: [FilterInstruction] = []
        for instruction in instructions {
            guard let new = instruction.cooked else { return nil }
            changed.append(new)
        }
        return try? FilterProgram(changed)
    }

    /// Whether it compares something with the EtherType of a VLAN tag, which Linux takes off before it runs a filter.
    public var looksForVLANTag: Bool {
        let types: Set<UInt32> = [0x8100, 0x88A8, 0x9100]
        return instructions.contains { $0.code == 0x15 && types.contains($0.operand) }
    }
}

extension FilterInstruction {
    /// The instruction for a frame without its cooked header of 20 octets; nil if there is none.
    fileprivate var cooked: FilterInstruction? {
        let size = UInt32(CookedHeader.size)
        switch code {
        // Facts are the kernel's already, and so are offsets from the network layer.
        case 0x20 where operand >= 0x8000_0000, 0x28 where operand >= 0x8000_0000, 0x30 where operand >= 0x8000_0000:
            return self
        case 0x28 where operand == 0: return .load(.networkProtocol)
        case 0x20 where operand == 4: return .load(.interfaceIndex)
        case 0x28 where operand == 8: return .load(.hardwareType)
        case 0x30 where operand == 10: return .load(.packetType)
        case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xB1:
            // Indexes are lengths of headers, counted from offsets that lie behind the cooked one.
            guard operand >= size else { return nil }
            return FilterInstruction(code: code, operand: operand - size)
        case 0x80, 0x81: return nil
        default: return self
        }
    }
}
