/// nmap's way to write options, brought into the form that the parser knows: `-sSU`, `-PS22,80`, `-T4`, `-p-`, `-vv`.
///
/// It takes joined words apart and changes nothing else; what it does not know is the parser's to judge.
enum ScanArguments {
    /// Letters that may follow `-s`: each is an option of its own.
    private static let kinds = Set("STUAWFNXMYOVLn")
    /// Options whose value may be joined, and the value that they have without.
    private static let joined = ["-PS": "443", "-PA": "80", "-PU": "40125"]

    /// The arguments behind `scan`.
    static func separated(_ arguments: [String]) -> [String] {
        var result: [String] = []
        for (place, argument) in arguments.enumerated() {
            if argument == "--" { return result + arguments[place...] }
            // A value is left as it is.
            if let last = result.last, Self.takesValue(last), place > 0, arguments[place - 1] == last {
                result.append(argument)
                continue
            }
            result += Self.separated(argument)
        }
        return result
    }

    private static func takesValue(_ option: String) -> Bool {
        ["-p", "-iL", "-oN", "-oX", "-oG", "-oA", "-oJ", "-oC", "-e", "-T"].contains(option)
    }

    private static func separated(_ argument: String) -> [String] {
        if argument.hasPrefix("-s"), argument.count > 3, !argument.hasPrefix("--") {
            let letters = argument.dropFirst(2)
            if letters.allSatisfy(kinds.contains) { return letters.map { "-s\($0)" } }
        }
        for (option, value) in joined where argument.hasPrefix(option) {
            let rest = argument.dropFirst(option.count)
            if rest.isEmpty { return [option, value] }
            if rest.first?.isNumber == true { return [option, String(rest)] }
        }
        for option in ["-p", "-T"] where argument.hasPrefix(option) && argument.count > 2 {
            return [option, String(argument.dropFirst(2))]
        }
        if argument.count > 2, argument.hasPrefix("-"), argument.dropFirst().allSatisfy({ $0 == "v" || $0 == "d" }) {
            return argument.dropFirst().map { "-\($0)" }
        }
        return [argument]
    }
}
