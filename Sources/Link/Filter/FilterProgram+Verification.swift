extension FilterProgram {
    /// Accepts what Linux accepts, and nothing else.
    static func verify(_ program: [FilterInstruction]) throws(FilterError) {
        guard (1...maximumCount).contains(program.count) else { throw .length(program.count) }
        for (number, instruction) in program.enumerated() {
            if let violation = violation(of: instruction, before: program.count - number - 1) {
                throw .instruction(number, violation)
            }
        }
        guard let last = program.last, last.code == 0x06 || last.code == 0x16 else {
            throw .instruction(program.count - 1, .noEnd)
        }
        try verifyMemory(program)
    }

    /// What an instruction does wrong by itself; `left` instructions follow it.
    private static func violation(of instruction: FilterInstruction, before left: Int) -> FilterError.Violation? {
        let operand = instruction.operand
        switch instruction.code {
        case 0x20, 0x28, 0x30:
            // The last page of offsets belongs to facts (SKF_AD_OFF).
            let isFact = operand >= 0xFFFF_F000
            return isFact && !FilterFact(rawValue: operand - 0xFFFF_F000).isKnown ? .unknownFact : nil
        case 0x40, 0x48, 0x50, 0x00, 0x80, 0x01, 0x81, 0xB1, 0x06, 0x16, 0x07, 0x87, 0x84:
            return nil
        case 0x60, 0x61, 0x02, 0x03:
            return operand < UInt32(memoryCount) ? nil : .noSuchMemory
        case 0x34, 0x94:
            return operand == 0 ? .divisionByZero : nil
        case 0x64, 0x74:
            return operand >= 32 ? .shiftTooWide : nil
        case 0x04, 0x14, 0x24, 0x44, 0x54, 0xA4, 0x0C, 0x1C, 0x2C, 0x3C, 0x4C, 0x5C, 0x6C, 0x7C, 0x9C, 0xAC:
            return nil
        case 0x05:
            return Int(operand) < left ? nil : .jumpBehindEnd
        case 0x15, 0x25, 0x35, 0x45, 0x1D, 0x2D, 0x3D, 0x4D:
            let furthest = Int(max(instruction.skipIfTrue, instruction.skipIfFalse))
            return furthest < left ? nil : .jumpBehindEnd
        default:
            return .unknownCode
        }
    }

    /// Refuses to load a word of memory that some way to the load has not stored.
    ///
    /// Jumps lead forward only, so that one pass meets every instruction after all that lead to it.
    private static func verifyMemory(_ program: [FilterInstruction]) throws(FilterError) {
        var arriving = [UInt16](repeating: .max, count: program.count)
        var stored: UInt16 = 0
        for (number, instruction) in program.enumerated() {
            stored &= arriving[number]
            let word = UInt16(1) << UInt16(instruction.operand & 15)
            switch instruction.code {
            case 0x02, 0x03:
                stored |= word
            case 0x60, 0x61:
                guard stored & word != 0 else { throw .instruction(number, .memoryNotStored) }
            case 0x05:
                arriving[number + 1 + Int(instruction.operand)] &= stored
                stored = .max
            case 0x15, 0x25, 0x35, 0x45, 0x1D, 0x2D, 0x3D, 0x4D:
                arriving[number + 1 + Int(instruction.skipIfTrue)] &= stored
                arriving[number + 1 + Int(instruction.skipIfFalse)] &= stored
                stored = .max
            default:
                break
            }
        }
    }
}
