import Wire

extension FilterProgram {
    /// How many octets of the frame to keep; 0 drops it.
    ///
    /// It answers as Linux does: a load behind the frame's end drops the frame, a division by an index of zero too, and a
    /// shift by the index takes its low five bits. Nothing is allocated; at most one step for each instruction is made.
    public func run(on frame: RawSpan, in context: FilterContext = FilterContext()) -> UInt32 {
        var machine = Machine()
        let length = UInt32(clamping: context.originalLength ?? frame.byteCount)
        var next = 0
        while next < instructions.count {
            let instruction = instructions[next]
            next += 1
            let operand = instruction.operand
            // Bit 3 takes the index register for the operand, in arithmetic and comparisons alike.
            let argument = instruction.code & 0x08 == 0 ? operand : machine.index
            switch instruction.code {
            case 0x20 where operand >= 0xFFFF_F000, 0x28 where operand >= 0xFFFF_F000,
                0x30 where operand >= 0xFFFF_F000:
                machine.load(FilterFact(rawValue: operand - 0xFFFF_F000), from: context)
            case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50:
                let offset = instruction.code & 0x40 == 0 ? operand : operand &+ machine.index
                guard let value = Self.load(instruction.code & 0x18, at: offset, of: frame, in: context) else {
                    return 0
                }
                machine.accumulator = value
            case 0xB1:
                guard let value = Self.load(0x10, at: operand, of: frame, in: context) else { return 0 }
                machine.index = (value & 15) * 4
            case 0x00: machine.accumulator = operand
            case 0x80: machine.accumulator = length
            case 0x60: machine.accumulator = machine.memory[Int(operand)]
            case 0x01: machine.index = operand
            case 0x81: machine.index = length
            case 0x61: machine.index = machine.memory[Int(operand)]
            case 0x02: machine.memory[Int(operand)] = machine.accumulator
            case 0x03: machine.memory[Int(operand)] = machine.index
            case 0x05: next += Int(operand)
            case 0x15, 0x25, 0x35, 0x45, 0x1D, 0x2D, 0x3D, 0x4D:
                let holds = machine.compare(instruction.code & 0x70, argument)
                next += Int(holds ? instruction.skipIfTrue : instruction.skipIfFalse)
            case 0x06: return operand
            case 0x16: return machine.accumulator
            case 0x07: machine.index = machine.accumulator
            case 0x87: machine.accumulator = machine.index
            default:
                guard machine.combine(instruction.code & 0xF0, argument) else { return 0 }
            }
        }
        // The verifier lets no program run out of instructions.
        return 0
    }

    /// The octets at an offset; nil if the frame has none there.
    private static func load(
        _ width: UInt16, at offset: UInt32, of frame: RawSpan, in context: FilterContext
    ) -> UInt32? {
        var place = Int(Int32(bitPattern: offset))
        if place < 0 {
            // Offsets from the network layer (SKF_NET_OFF) and from the link layer (SKF_LL_OFF).
            if place >= -0x10_0000 {
                place += 0x10_0000 + context.networkOffset
            } else if place >= -0x20_0000 {
                place += 0x20_0000
            } else {
                return nil
            }
        }
        let count = width == 0 ? 4 : width == 0x08 ? 2 : 1
        guard place <= frame.byteCount - count else { return nil }
        return switch count {
        case 4: frame.uint32(at: place)
        case 2: UInt32(frame.uint16(at: place))
        default: UInt32(frame.uint8(at: place))
        }
    }
}

/// The registers and the memory of one run.
private struct Machine {
    var accumulator: UInt32 = 0
    var index: UInt32 = 0
    var memory: [16 of UInt32] = .init(repeating: 0)

    mutating func load(_ fact: FilterFact, from context: FilterContext) {
        accumulator = fact == .exclusiveOrWithIndex ? accumulator ^ index : context.facts[fact] ?? 0
    }

    func compare(_ comparison: UInt16, _ argument: UInt32) -> Bool {
        switch comparison {
        case 0x10: accumulator == argument
        case 0x20: accumulator > argument
        case 0x30: accumulator >= argument
        default: accumulator & argument != 0
        }
    }

    /// False if there is no result, which drops the frame.
    mutating func combine(_ operation: UInt16, _ argument: UInt32) -> Bool {
        switch operation {
        case 0x00: accumulator &+= argument
        case 0x10: accumulator &-= argument
        case 0x20: accumulator &*= argument
        case 0x30, 0x90:
            guard argument != 0 else { return false }
            accumulator = operation == 0x30 ? accumulator / argument : accumulator % argument
        case 0x40: accumulator |= argument
        case 0x50: accumulator &= argument
        case 0x60: accumulator = accumulator &<< argument
        case 0x70: accumulator = accumulator &>> argument
        case 0xA0: accumulator ^= argument
        default: accumulator = 0 &- accumulator
        }
        return true
    }
}
