package import Linux

/// Why the laboratory could not set something up.
package enum LabError: Error, Equatable, Sendable {
    /// A system call failed.
    case system(SystemError)

    /// No program of this name is installed, or the file cannot be executed.
    case noProgram(String)

    /// A command ended other than with exit code 0.
    case failed(command: String, exit: Exit, output: String)

    /// A server did not begin to listen; `log` is the end of what it said.
    case notListening(String, log: String)

    /// Something did not happen in time.
    case tooSlow(String)

    /// A file of the project or of `/proc` does not hold what was expected.
    case unreadable(String)
}

extension LabError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .noProgram(let name): "no program '\(name)' is installed"
        case .failed(let command, let exit, let output): "'\(command)' ended with \(exit): \(output)"
        case .notListening(let name, let log): "\(name) does not listen; it said: \(log)"
        case .tooSlow(let what): "\(what): not in time"
        case .unreadable(let what): "cannot read \(what)"
        }
    }
}
