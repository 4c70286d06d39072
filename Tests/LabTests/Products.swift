import Glibc
import Lab

/// The package's executables, which lie beside the running tests.
enum Products {
    static func path(of name: String) throws -> String {
        let folder = Program.own.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        let path = "\(folder)/\(name)"
        guard Program.find(path) != nil else { throw LabError.noProgram(path) }
        return path
    }
}

/// Rights that some tests need.
enum Rights {
    /// Whether namespaces can be made here; tests that need them are skipped without.
    static let namespaces = geteuid() == 0 && Program.find("ip") != nil
}
