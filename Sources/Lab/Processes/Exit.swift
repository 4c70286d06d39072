import Glibc

/// How a process ended.
package enum Exit: Hashable, Sendable {
    /// It returned, with 0 to 255.
    case code(Int32)

    /// A signal ended it.
    case signal(Int32)

    /// Whether it ended with 0.
    package var isSuccess: Bool { self == .code(0) }

    /// What `waitid(2)` reported.
    init(_ information: siginfo_t) {
        let status = unsafe information._sifields._sigchld.si_status
        self = unsafe information.si_code == CLD_EXITED ? .code(status) : .signal(status)
    }
}

extension Exit: CustomStringConvertible {
    package var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        }
    }
}
