/// Why a filter was refused before any kernel saw it.
public enum FilterError: Error, Equatable, Sendable {
    /// A program has one to 4,096 instructions (`BPF_MAXINSNS`).
    case length(Int)

    /// The instruction with this number, counted from 0, breaks a rule.
    case instruction(Int, Violation)

    /// A label was used, but stands nowhere, or behind which no instruction comes.
    case label(Int)

    /// A comparison's target is further than 255 instructions away.
    case tooFar(Int)

    /// libpcap is not installed, or lacks a function.
    case noLibrary(String)

    /// libpcap refused the expression, in its own words.
    case expression(String, reason: String)

    /// What an instruction can do wrong.
    public enum Violation: Equatable, Sendable {
        /// There is no such code.
        case unknownCode
        /// A jump leads behind the program's end.
        case jumpBehindEnd
        /// A constant of zero divides.
        case divisionByZero
        /// A shift by 32 bits or more.
        case shiftTooWide
        /// The scratch memory has sixteen words.
        case noSuchMemory
        /// On some way here nothing was stored in the word that is loaded.
        case memoryNotStored
        /// An offset among the kernel's facts that stands for none.
        case unknownFact
        /// The last instruction does not end the program.
        case noEnd
    }
}

extension FilterError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .length(let count): "a filter has 1 to \(FilterProgram.maximumCount) instructions, not \(count)"
        case .instruction(let number, let violation): "instruction \(number) of the filter: \(violation.text)"
        case .label(let number): "label \(number) of the filter stands before no instruction"
        case .tooFar(let number): "instruction \(number) of the filter compares and jumps more than 255 further"
        case .noLibrary(let reason):
            "a filter expression needs libpcap (Debian: apt-get install libpcap0.8), which did not load: \(reason)"
        case .expression(let text, let reason): "filter expression '\(text)': \(reason)"
        }
    }
}

extension FilterError.Violation {
    var text: String {
        switch self {
        case .unknownCode: "there is no such code"
        case .jumpBehindEnd: "it jumps behind the end"
        case .divisionByZero: "it divides by zero"
        case .shiftTooWide: "it shifts by 32 bits or more"
        case .noSuchMemory: "the scratch memory has 16 words"
        case .memoryNotStored: "it loads a word that was not stored on every way here"
        case .unknownFact: "its offset stands for no fact that the kernel knows"
        case .noEnd: "the last instruction has to return"
        }
    }
}
