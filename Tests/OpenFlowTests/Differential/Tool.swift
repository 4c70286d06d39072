import Foundation

/// A program that somebody else wrote, run over files.
enum Tool {
    struct Result {
        var status: Int32
        var output: String
        var errors: String

        /// The output's lines.
        var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    }

    static func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apus-openflow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: none of them can fill up.
        let names = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input).write(to: names[0])
        for name in names[1...] { _ = FileManager.default.createFile(atPath: name.path, contents: nil) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self))
    }

    /// Runs a program over a file of octets, whose path goes behind the arguments.
    static func run(_ program: String, _ arguments: [String], file octets: [UInt8]) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "apus-openflow-\(UUID().uuidString)")
        try Data(octets).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try run(program, arguments + [file.path])
    }

    static let hasOfctl = (try? run("ovs-ofctl", ["--version"]))?.status == 0

    /// Python with os-ken: that of the tools, or the system's.
    static let osKen: String? = {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
        let tools =
            ProcessInfo.processInfo.environment["APUS_TOOLS"] ?? home + "/.local/share/apus/tools"
        return [tools + "/bin/python", "/usr/bin/python3"].first {
            (try? run($0, ["-c", "import os_ken.ofproto.ofproto_v1_4_parser"]))?.status == 0
        }
    }()
}
