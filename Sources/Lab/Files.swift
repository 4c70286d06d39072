import FoundationEssentials

/// Small helpers over whole files; those of `/proc` report no size, so they are read to their end.
package enum Files {
    /// The file's text, or nil if it cannot be opened or is not UTF-8.
    package static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    /// The file's octets, or nil if it cannot be opened.
    package static func octets(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    /// The last lines of a file, for a message about what went wrong; empty if there is none.
    package static func tail(_ path: String, lines: Int = 12) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        let text = String(decoding: data.suffix(64 << 10), as: UTF8.self)
        return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Replaces the file by `text`.
    package static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    /// The names in a folder, in order; empty if it cannot be read.
    package static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Removes a file, if it is there.
    package static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// Whether something of this name is there.
    package static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}
