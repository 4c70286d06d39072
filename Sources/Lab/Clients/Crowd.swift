/// Many clients at a server that are slow or idle, in a process of their own (`Benchmarks/crowd.py`).
package final class Crowd: Sendable {
    /// What came of them.
    package struct Report: Sendable {
        /// How many still stand.
        package let idle: Int
        package let heads: Int
        package let readers: Int
        /// Heads that were refused for their slowness, and readers that were cut for theirs.
        package let refused: Int
        package let cut: Int
        /// Idle connections that ended.
        package let lost: Int
    }

    private let process: Process
    private let folder: TemporaryFolder

    /// Connects all of them to a port of 127.0.0.1, and waits until they are there.
    package init(
        at port: UInt16, idle: Int, heads: Int, readers: Int, path: String, cores: [Int] = []
    ) async throws {
        folder = try TemporaryFolder("crowd")
        let output = folder.file("output")
        var options = Process.Options()
        (options.output, options.errors, options.cores) = (.file(output), .file(output), cores)
        let counts = [Int(port), idle, heads, readers].map { "\($0)" }
        process = try Process(
            "python3", [Repository.path("Benchmarks/crowd.py")] + counts + [path], options: options)
        let process = process
        try await Wait.until("the crowd", within: .seconds(60), every: .milliseconds(50)) {
            guard process.isRunning else { throw LabError.unreadable("the crowd: \(Files.text(output) ?? "")") }
            return Files.text(output)?.contains("ready\n") == true
        }
    }

    /// Ends all connections, and says what had come of them.
    package func end() async throws -> Report {
        await process.stop(patience: .seconds(10))
        let text = Files.text(folder.file("output")) ?? ""
        var values: [Substring: Int] = [:]
        for word in text.split(separator: "\n").last?.split(separator: " ") ?? [] {
            let parts = word.split(separator: "=")
            if parts.count == 2, let value = Int(parts[1]) { values[parts[0]] = value }
        }
        guard let idle = values["idle"], let heads = values["head"], let readers = values["reader"],
            let refused = values["refused"], let cut = values["cut"], let lost = values["lost"]
        else { throw LabError.unreadable("the crowd's report: \(text)") }
        return Report(idle: idle, heads: heads, readers: readers, refused: refused, cut: cut, lost: lost)
    }
}
