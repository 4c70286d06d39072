import Foundation

/// A file of the package, as lines.
struct SourceFile: Sendable {
    /// Relative to the package's folder.
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The names of the modules that the file imports, with the lines' numbers.
    ///
    /// A declaration's import, such as `import struct Foundation.Data`, counts for its module.
    var imports: [(line: Int, module: String)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        let levels: Set = ["public", "package", "internal", "fileprivate", "private"]
        return lines.enumerated().compactMap { index, line in
            var words = line.split(separator: " ").map(String.init)
            while let word = words.first, word.hasPrefix("@") || levels.contains(word) { words.removeFirst() }
            guard words.first == "import", words.count > 1 else { return nil }
            if kinds.contains(words[1]) { words.removeFirst() }
            guard words.count > 1 else { return nil }
            let module = words[1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return (index + 1, String(module))
        }
    }

    /// Everything in the package's `folders` whose name ends in one of `extensions`.
    static func all(in folders: [String], extensions: Set<String> = ["swift"]) throws -> [SourceFile] {
        try folders.flatMap { folder -> [SourceFile] in
            guard
                let walk = FileManager.default.enumerator(
                    at: packageFolder.appending(path: folder), includingPropertiesForKeys: nil)
            else { return [] }
            return try walk.compactMap { $0 as? URL }.filter { extensions.contains($0.pathExtension) }.map { url in
                let path = url.standardizedFileURL.pathComponents.dropFirst(packageFolder.pathComponents.count)
                return SourceFile(
                    path: path.joined(separator: "/"), text: try String(contentsOf: url, encoding: .utf8))
            }
        }
    }

    /// Where the package lies, found from this file.
    static let packageFolder: URL = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }()
}
