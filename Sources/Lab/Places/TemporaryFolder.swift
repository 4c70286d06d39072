import FoundationEssentials
import Glibc
import Linux
import SystemPackage

/// A fresh folder that is gone, with all that is in it, when the last reference to it goes or we end.
package final class TemporaryFolder: Sendable {
    /// Its absolute path, without a slash at the end.
    package let path: String

    /// Makes a folder below `TMPDIR`, or `/tmp`, that only we may read.
    package init(_ label: String = "lab") throws(LabError) {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/apus-\(label)-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw .system(SystemError(call: "mkdtemp", code: Errno(rawValue: errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        Warden.shared.keep(.folder, path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Warden.shared.release(.folder, path)
    }

    /// The path of a file in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file into it, and gives its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try Files.write(text, to: file(name))
        return file(name)
    }
}
