import Linux
import SystemPackage

/// Why a command ends before its work is done: what it says, and the exit code.
struct Failure: Error {
    let exit: Exit
    let message: String

    init(_ exit: Exit, _ message: String) {
        (self.exit, self.message) = (exit, message)
    }

    /// Writes `apus: error: …` to standard error.
    func report() {
        let style = Style(of: .standardError)
        Stream.standardError.write("apus: \(style.red("error:")) \(message)\n")
    }
}

extension Failure {
    /// A failed system call, because of which `what` could not be done; the exit code tells why.
    init(_ error: SystemError, _ what: String? = nil) {
        let exit: Exit =
            switch error.code {
            case .addressInUse, .addressNotAvailable: .unavailable
            case .permissionDenied, .notPermitted: .notPermitted
            default: .system
            }
        self.init(exit, what.map { "\($0): \(error)" } ?? "\(error)")
    }
}
