/// One instruction of a classic BPF program, as the kernel takes it (`struct sock_filter`, `linux/filter.h`).
///
/// The machine has an accumulator A, an index register X and sixteen words of scratch memory.
public struct FilterInstruction: Hashable, Sendable, BitwiseCopyable {
    /// Class, size, mode and operation in one number.
    public var code: UInt16

    /// How many instructions to skip if a comparison holds (`jt`).
    public var skipIfTrue: UInt8

    /// How many instructions to skip if it does not hold (`jf`).
    public var skipIfFalse: UInt8

    /// The constant, offset or jump that goes with the code (`k`).
    public var operand: UInt32

    /// An instruction of any code; the verifier decides whether there is such a one.
    public init(code: UInt16, skipIfTrue: UInt8 = 0, skipIfFalse: UInt8 = 0, operand: UInt32 = 0) {
        (self.code, self.skipIfTrue, self.skipIfFalse, self.operand) = (code, skipIfTrue, skipIfFalse, operand)
    }
}

extension FilterInstruction {
    /// How many octets a load takes; they are read in network order.
    public enum Width: UInt16, Sendable, CaseIterable {
        case word = 0x00
        case half = 0x08
        case octet = 0x10
    }

    /// Where an operation's second argument comes from.
    public enum Operand: Hashable, Sendable {
        /// The constant in the instruction.
        case constant(UInt32)
        /// The index register.
        case index

        var code: UInt16 { self == .index ? 0x08 : 0 }
        var value: UInt32 { if case .constant(let value) = self { value } else { 0 } }
    }

    /// What is computed from the accumulator and an operand.
    public enum Arithmetic: UInt16, Sendable, CaseIterable {
        case add = 0x00
        case subtract = 0x10
        case multiply = 0x20
        case divide = 0x30
        case or = 0x40
        case and = 0x50
        case shiftLeft = 0x60
        case shiftRight = 0x70
        case remainder = 0x90
        case exclusiveOr = 0xA0
    }

    /// How the accumulator is compared with an operand, all without sign.
    public enum Comparison: UInt16, Sendable, CaseIterable {
        case equal = 0x10
        case greater = 0x20
        case greaterOrEqual = 0x30
        /// Whether they have a bit in common.
        case sharesBits = 0x40
    }

    /// A ← the frame's octets at an offset.
    public static func load(_ width: Width, at offset: UInt32) -> Self {
        Self(code: 0x20 | width.rawValue, operand: offset)
    }

    /// A ← the frame's octets at X plus an offset.
    public static func load(_ width: Width, atIndexPlus offset: UInt32) -> Self {
        Self(code: 0x40 | width.rawValue, operand: offset)
    }

    /// A ← what the kernel knows of the frame beside its octets; Linux alone has these.
    public static func load(_ fact: FilterFact) -> Self { Self(code: 0x20, operand: 0xFFFF_F000 + fact.rawValue) }

    /// A ← a constant.
    public static func load(constant: UInt32) -> Self { Self(code: 0x00, operand: constant) }

    /// A ← the frame's length.
    public static let loadLength = Self(code: 0x80)

    /// A ← a word of the scratch memory.
    public static func load(memory: Int) -> Self { Self(code: 0x60, operand: UInt32(clamping: memory)) }

    /// X ← a constant.
    public static func loadIndex(constant: UInt32) -> Self { Self(code: 0x01, operand: constant) }

    /// X ← four times the low half of an octet: the length of an IPv4 header at that offset.
    public static func loadIndex(headerLengthAt offset: UInt32) -> Self { Self(code: 0xB1, operand: offset) }

    /// X ← the frame's length.
    public static let loadIndexLength = Self(code: 0x81)

    /// X ← a word of the scratch memory.
    public static func loadIndex(memory: Int) -> Self { Self(code: 0x61, operand: UInt32(clamping: memory)) }

    /// A word of the scratch memory ← A.
    public static func store(memory: Int) -> Self { Self(code: 0x02, operand: UInt32(clamping: memory)) }

    /// A word of the scratch memory ← X.
    public static func storeIndex(memory: Int) -> Self { Self(code: 0x03, operand: UInt32(clamping: memory)) }

    /// A ← A and an operand, combined.
    public static func combine(_ operation: Arithmetic, _ operand: Operand) -> Self {
        Self(code: 0x04 | operation.rawValue | operand.code, operand: operand.value)
    }

    /// A ← 0 − A.
    public static let negate = Self(code: 0x84)

    /// Goes on so many instructions further down.
    public static func jump(by count: UInt32) -> Self { Self(code: 0x05, operand: count) }

    /// Skips instructions by how A compares with an operand.
    public static func compare(
        _ comparison: Comparison, _ operand: Operand, skipIfTrue: UInt8 = 0, skipIfFalse: UInt8 = 0
    ) -> Self {
        Self(
            code: 0x05 | comparison.rawValue | operand.code, skipIfTrue: skipIfTrue, skipIfFalse: skipIfFalse,
            operand: operand.value)
    }

    /// X ← A.
    public static let moveToIndex = Self(code: 0x07)

    /// A ← X.
    public static let moveFromIndex = Self(code: 0x87)

    /// Ends: keep so many octets of the frame; 0 drops it.
    public static func keep(_ count: UInt32) -> Self { Self(code: 0x06, operand: count) }

    /// Ends: keep as many octets as A says.
    public static let keepAccumulator = Self(code: 0x16)
}
