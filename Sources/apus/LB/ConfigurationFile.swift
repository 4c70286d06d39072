import Glibc
import LoadBalancer
import Settings

/// A configuration file named on the command line.
struct ConfigurationFile {
    let path: String

    /// Reads it, and shows what is wrong with it on standard error.
    ///
    /// Throws if it cannot be read, or has a mistake.
    func load() throws(Failure) -> Configuration {
        let (configuration, diagnostics) = Configuration.load(file: path)
        if let failure = Self.unreadable(diagnostics) { throw failure }
        let text = diagnostics.text(isColoured: Style(of: .standardError).isColoured)
        if !text.isEmpty { Stream.standardError.write(text + "\n") }
        guard let configuration else { throw Failure(.configuration, Self.count(diagnostics) + " in \(path)") }
        return configuration
    }

    /// The failure, if the file could not be read at all.
    static func unreadable(_ diagnostics: [Diagnostic]) -> Failure? {
        diagnostics.first { $0.code == .unreadable }.map { Failure(.noInput, "\($0.source.name): \($0.message)") }
    }

    /// Such as `5 errors`.
    static func count(_ diagnostics: [Diagnostic]) -> String {
        let count = diagnostics.count { $0.severity == .error }
        return count == 1 ? "1 error" : "\(count) errors"
    }
}
