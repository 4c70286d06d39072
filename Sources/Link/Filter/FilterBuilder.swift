/// Writes a program down from top to bottom, with labels in the place of counted jumps.
///
/// ```swift
/// var filter = FilterBuilder()
/// let other = filter.label()
/// filter.add(.load(.half, at: 12))
/// filter.require(.equal, .constant(0x0806), orElse: other)
/// filter.add(.keep(65535))
/// filter.place(other)
/// filter.add(.keep(0))
/// let program = try filter.program()
/// ```
public struct FilterBuilder: Sendable {
    /// A place in the program that jumps may name before it is reached.
    public struct Label: Hashable, Sendable {
        fileprivate let number: Int
    }

    private enum Line: Sendable {
        case instruction(FilterInstruction)
        case jump(Label)
        case compare(FilterInstruction.Comparison, FilterInstruction.Operand, ifTrue: Label?, ifFalse: Label?)
    }

    private var lines: [Line] = []
    private var places: [Int?] = []

    /// An empty program.
    public init() {}

    /// A new label, which `place` puts somewhere.
    public mutating func label() -> Label {
        places.append(nil)
        return Label(number: places.count - 1)
    }

    /// Puts a label before the next instruction.
    public mutating func place(_ label: Label) {
        precondition(places[label.number] == nil, "a label stands in one place")
        places[label.number] = lines.count
    }

    /// Appends an instruction that needs no label.
    public mutating func add(_ instruction: FilterInstruction) { lines.append(.instruction(instruction)) }

    /// Appends several.
    public mutating func add(_ instructions: [FilterInstruction]) {
        lines += instructions.map { .instruction($0) }
    }

    /// Jumps to a label further down.
    public mutating func jump(to label: Label) { lines.append(.jump(label)) }

    /// Goes on if the comparison holds, else to a label further down.
    public mutating func require(
        _ comparison: FilterInstruction.Comparison, _ operand: FilterInstruction.Operand, orElse label: Label
    ) {
        lines.append(.compare(comparison, operand, ifTrue: nil, ifFalse: label))
    }

    /// Goes to a label further down if the comparison holds, else on.
    public mutating func jump(
        if comparison: FilterInstruction.Comparison, _ operand: FilterInstruction.Operand, to label: Label
    ) {
        lines.append(.compare(comparison, operand, ifTrue: label, ifFalse: nil))
    }

    /// The program, verified.
    public func program() throws(FilterError) -> FilterProgram {
        var instructions: [FilterInstruction] = []
        for (number, line) in lines.enumerated() {
            switch line {
            case .instruction(let instruction):
                instructions.append(instruction)
            case .jump(let label):
                instructions.append(.jump(by: UInt32(try distance(from: number, to: label))))
            case .compare(let comparison, let operand, let ifTrue, let ifFalse):
                let skips = (
                    try skip(from: number, to: ifTrue), try skip(from: number, to: ifFalse)
                )
                instructions.append(
                    .compare(comparison, operand, skipIfTrue: skips.0, skipIfFalse: skips.1))
            }
        }
        return try FilterProgram(instructions)
    }

    /// How many instructions lie between a jump and its label.
    private func distance(from number: Int, to label: Label) throws(FilterError) -> Int {
        guard let place = places[label.number], place > number, place < lines.count else {
            throw .label(label.number)
        }
        return place - number - 1
    }

    private func skip(from number: Int, to label: Label?) throws(FilterError) -> UInt8 {
        guard let label else { return 0 }
        let distance = try distance(from: number, to: label)
        guard let skip = UInt8(exactly: distance) else { throw .tooFar(number) }
        return skip
    }
}
