import Foundation
import Testing

@Suite("Architecture")
struct ArchitectureTests {
    static let ours = ["Sources", "Tests", "Plugins", "Fuzz", "Benchmarks"]

    @Test func `each file imports what its module may`() throws {
        let files = try SourceFile.all(in: ["Sources"])
        #expect(files.count > 20)
        report(files.flatMap { Violations.imports(of: $0) })
    }

    @Test func `each module has a row, and each row a folder`() throws {
        let sources = SourceFile.packageFolder.appending(path: "Sources").path(percentEncoded: false)
        let modules = try FileManager.default.contentsOfDirectory(atPath: sources)
        #expect(Set(modules) == Set(importTable.map { String($0.folder.prefix { $0 != "/" }) }))
    }

    @Test func `no file is too long to read`() throws {
        // What protoc's plugins write is as long as they make it.
        let read = try SourceFile.all(in: Self.ours).filter { !$0.path.contains("/Generated/") }
        report(read.flatMap { Violations.length(of: $0) })
    }

    @Test func `nothing is left over`() throws {
        let files = try SourceFile.all(in: Self.ours + ["scripts"], extensions: ["swift", "c", "h", "py", "sh", "js"])
        report(files.flatMap { Violations.leftovers(in: $0) })
    }

    @Test func `each promise to the compiler is proven`() throws {
        try report(SourceFile.all(in: Self.ours).flatMap { Violations.unprovenPromises(in: $0) })
    }

    @Test func `each unsafe expression has its reason beside it`() throws {
        let files = try SourceFile.all(in: ["Sources"])
        report(files.flatMap { Violations.unexplainedUnsafe(in: $0) })
    }

    @Test func `tests see what the package sees, and no more`() throws {
        let word = "@test" + "able"
        let files = try SourceFile.all(in: ["Tests"])
        report(files.filter { $0.lines.contains { $0.contains(word) } }.map { "\($0.path): \(word)" })
    }

    /// One issue for each violation, which says where it is.
    private func report(_ violations: [String]) {
        for violation in violations { Issue.record(Comment(rawValue: violation)) }
    }
}

/// The checks find what they look for.
@Suite("Architecture's checks")
struct ViolationTests {
    @Test(arguments: [
        ("Sources/Linux/A.swift", "import Foundation", "Sources/Linux/A.swift:1: Linux may not import Foundation"),
        ("Sources/Linux/A.swift", "\npackage import Yams", "Sources/Linux/A.swift:2: Linux may not import Yams"),
        (
            "Sources/Reactor/A.swift", "@preconcurrency internal import struct NIOCore.ByteBuffer",
            "Sources/Reactor/A.swift:1: Reactor may not import NIOCore"
        ),
        (
            "Sources/LoadBalancer/HTTP/A.swift", "#if os(Linux)\n    import Hummingbird\n#endif",
            "Sources/LoadBalancer/HTTP/A.swift:2: LoadBalancer may not import Hummingbird"
        ),
        ("Sources/Other/A.swift", "", "Sources/Other/A.swift:1: no row of the import table speaks of this file"),
    ])
    func `an import outside of the table is found`(in path: String, text: String, violation: String) {
        #expect(Violations.imports(of: SourceFile(path: path, text: text)) == [violation])
    }

    @Test func `a part of a module may import more than the rest`() {
        let file = SourceFile(path: "Sources/LoadBalancer/Admin/A.swift", text: "import Hummingbird")
        #expect(Violations.imports(of: file) == [])
    }

    @Test func `a file one line too long is found`() {
        let text = String(repeating: "\n", count: 800)
        #expect(
            Violations.length(of: SourceFile(path: "A.swift", text: text)) == [
                "A.swift:800: 801 lines are more than 800"
            ])
        #expect(Violations.length(of: SourceFile(path: "A.swift", text: String(text.dropLast()))) == [])
    }

    @Test func `work left over is found`() {
        let word = "TO" + "DO"
        #expect(
            Violations.leftovers(in: SourceFile(path: "A.swift", text: "// \(word): finish")) == [
                "A.swift:1: \(word) is left over"
            ])
        #expect(Violations.leftovers(in: SourceFile(path: "A.swift", text: "let \(word)S = 1")) == [])
    }

    @Test(arguments: ["", "let a = 1\n", "// A note without its end\n", "// Away.\n\n"])
    func `a promise without a proof directly above is found`(after text: String) {
        let promise = "nonisolated" + "(unsafe) var a = 1"
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(
            Violations.unprovenPromises(in: SourceFile(path: "A.swift", text: text + promise))
                == ["A.swift:\(line): nonisolated" + "(unsafe) without a sentence above that proves it"])
    }

    @Test func `a promise with its proof passes`() {
        let text = "// Only one thread writes it.\n@safe\nfinal class A: @unchecked " + "Sendable {}"
        #expect(Violations.unprovenPromises(in: SourceFile(path: "A.swift", text: text)) == [])
    }

    @Test(arguments: [
        ("func a() {", "", true), ("func a() {", "    // It is ours.", false),
        ("    /// It is ours.", "func a() {", true),
        ("    // Another's.", "func a() {", true), ("var a: Int {", "    // It is ours.", false),
        ("private static func a(", "    _ b: Int) {", true), ("init() {", "    let text = \"// none\"", true),
    ])
    func `an unsafe expression without a comment in its function is found`(first: String, second: String, isFound: Bool)
    {
        let file = SourceFile(path: "Sources/Link/A.swift", text: "\(first)\n\(second)\n    unsafe b(c)\n}")
        #expect(
            Violations.unexplainedUnsafe(in: file)
                == (isFound ? ["Sources/Link/A.swift:3: unsafe without its reason"] : []))
    }

    @Test func `the word in a text or a comment is no unsafe expression`() {
        let text = "func a() {\n    b(\"unsafe\") // unsafe\n    unsafely()\n}"
        #expect(Violations.unexplainedUnsafe(in: SourceFile(path: "Sources/Wire/A.swift", text: text)) == [])
    }
}
