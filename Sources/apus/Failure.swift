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
