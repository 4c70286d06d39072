import FoundationEssentials
import Glibc

/// Where the programs are that the laboratory runs.
package enum Program {
    /// The folder that `scripts/bootstrap` fills with what Debian does not have: `APUS_TOOLS`, or a folder below the home.
    package static var tools: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["APUS_TOOLS"], !folder.isEmpty { return folder }
        return (environment["HOME"] ?? "/root") + "/.local/share/apus/tools"
    }

    /// The path of the program that runs here.
    package static var own: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The path of an executable: `name` itself if it holds a slash, else the first found in `PATH`, the `sbin` folders,
    /// which are not in everybody's `PATH`, and the tools' folder.
    package static func find(_ name: String) -> String? {
        if name.contains("/") { return isExecutable(name) ? name : nil }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin", tools + "/bin"]
        return folders.lazy.map { $0 + "/" + name }.first(where: isExecutable)
    }

    /// `find`, or an error that says what is missing.
    package static func path(of name: String) throws(LabError) -> String {
        guard let path = find(name) else { throw .noProgram(name) }
        return path
    }

    private static func isExecutable(_ path: String) -> Bool {
        var information = stat()
        guard unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return false }
        return unsafe access(path, X_OK) == 0
    }
}
