import Glibc

/// How the command ends; the numbers are those of `sysexits.h`, so that a script can tell the reasons apart.
enum Exit: Int32, CaseIterable {
    case success = 0
    case failure = 1
    case undecided = 2
    case incomplete = 3
    case different = 4
    case usage = 64
    case configuration = 65
    case noInput = 66
    case unavailable = 69
    case system = 71
    case cannotCreate = 73
    case notPermitted = 77

    /// What the code tells, for people.
    var meaning: String {
        switch self {
        case .success: "success"
        case .failure: "failed while running"
        case .undecided: "done, and not everything is certain"
        case .incomplete: "ended before its time"
        case .different: "something is not as it was, or should be"
        case .usage: "the arguments are wrong"
        case .configuration: "the configuration is wrong"
        case .noInput: "a file cannot be read"
        case .unavailable: "an address is in use, or a service does not answer"
        case .system: "the system refused a call"
        case .cannotCreate: "a file or log cannot be written"
        case .notPermitted: "a privilege is missing"
        }
    }

    /// All codes, one on each line.
    static var table: String {
        allCases.map { code in
            let number = String(code.rawValue)
            return "  \(number)\(String(repeating: " ", count: 5 - number.count))\(code.meaning)"
        }.joined(separator: "\n")
    }

    /// Ends the process.
    func leave() -> Never {
        exit(rawValue)
    }
}
