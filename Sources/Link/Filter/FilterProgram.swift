/// A classic BPF program that the kernel will accept: which frames to keep, and how much of each (`bpf(4)`, `socket(7)`).
///
/// The same program runs in the kernel, when a socket is opened with it, and here, by `run(on:)`.
public struct FilterProgram: Hashable, Sendable {
    /// The most instructions that the kernel takes (`BPF_MAXINSNS`).
    public static let maximumCount = 4096

    /// The words of scratch memory (`BPF_MEMWORDS`).
    public static let memoryCount = 16

    /// The instructions, of which there is at least one.
    public let instructions: [FilterInstruction]

    /// Takes instructions that keep the rules, which are Linux's (`bpf_check_classic`, `net/core/filter.c`).
    public init(_ instructions: [FilterInstruction]) throws(FilterError) {
        try Self.verify(instructions)
        self.instructions = instructions
    }

    private init(checked instructions: [FilterInstruction]) { self.instructions = instructions }

    /// Keeps every frame whole.
    public static let acceptAll = FilterProgram(checked: [.keep(0x0004_0000)])

    /// Drops every frame.
    public static let rejectAll = FilterProgram(checked: [.keep(0)])
}

extension FilterProgram: CustomStringConvertible {
    /// The program as `tcpdump -d` prints it, a line for each instruction.
    public var description: String {
        instructions.enumerated().map { $1.text(at: $0) }.joined(separator: "\n")
    }

    /// The program as numbers, as `tcpdump -ddd` prints it: the count, then code, skips and operand line by line.
    public var numbers: String {
        "\(instructions.count)\n"
            + instructions.map { "\($0.code) \($0.skipIfTrue) \($0.skipIfFalse) \($0.operand)" }
            .joined(separator: "\n")
    }
}
