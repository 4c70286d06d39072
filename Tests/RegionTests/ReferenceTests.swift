import Foundation
import Lab
import Testing

/// Pages that are held against what they tell of.
@Suite("Reference of the services")
struct ReferenceTests {
    @Test(.enabled("protoc or python3 is missing") { Program.find("protoc") != nil && Program.find("python3") != nil })
    func `the pages of the API are of the protos`() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let result = try await Command.run(root.appending(path: "scripts/api").path(), ["--check"])
        #expect(result.exit.isSuccess, "\(result.errors)")
    }
}

@Suite("Runbook", .serialized, .timeLimit(.minutes(2)))
struct RunbookTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static var page: String {
        get throws {
            try String(contentsOf: root.appending(path: "Documentation/runbook.md"), encoding: .utf8)
        }
    }

    /// The first cells of the page's tables.
    private static var heads: Set<String> {
        get throws {
            Set(
                try page.split(separator: "\n").compactMap { line in
                    line.hasPrefix("| `") ? line.split(separator: "`").dropFirst().first.map(String.init) : nil
                })
        }
    }

    @Test func `it tells of every metric that the daemons serve, and of no other`() async throws {
        let folder = try TemporaryFolder("runbook")
        let ports = (try FreePort(), try FreePort(), try FreePort())
        let log = folder.file("log")
        func start(_ arguments: [String]) throws -> Lab.Process {
            var options = Lab.Process.Options()
            options.errors = .file(log)
            return try Lab.Process(Binary.path, arguments, options: options)
        }
        let flows = try start([
            "hvflowd", "--ovs-run-dir", folder.path, "--listen", "unix:\(folder.file("f.sock"))", "--store",
            folder.file("flows"), "--metrics", ports.0.address,
        ])
        let addresses = try start([
            "hvaddrd", "--port", "nowhere0", "--flows", "none", "--listen", "unix:\(folder.file("a.sock"))", "--store",
            folder.file("a.sqlite"), "--metrics", ports.1.address,
        ])
        let rns = try await Instance(
            "one", folder, "file: \(folder.file("region.sqlite"))\nmetrics: \(ports.2.address)")
        var served: Set<String> = []
        for (daemon, port, process) in [
            ("hvflowd", ports.0, flows), ("hvaddr", ports.1, addresses), ("rns", ports.2, rns.process),
        ] {
            try await process.waitUntilListening(on: port)
            var names: Set<String> = []
            try await Wait.until("\(daemon)'s metrics: \(Files.text(log) ?? "")", every: .milliseconds(100)) {
                names = Set(
                    try await Metrics.read(port).split(separator: "\n").compactMap { line in
                        line.hasPrefix("# TYPE ") ? line.split(separator: " ").dropFirst(2).first.map(String.init) : nil
                    })
                return names.count > 5 && (daemon != "rns" || names.contains("apus_rns_droplets"))
            }
            #expect(names.allSatisfy { $0.hasPrefix("apus_\(daemon)_") }, "\(names)")
            served.formUnion(names)
            await process.stop()
        }
        let told = Set(try Self.heads.filter { $0.hasPrefix("apus_") })
        #expect(served.subtracting(told) == [], "served, and not told of")
        #expect(told.subtracting(served) == [], "told of, and not served")
        // What text speaks of is there, too.
        let spoken = try Self.page.matches(of: /apus_[a-z_]+[a-z]/).map { String($0.0) }
        #expect(Set(spoken).subtracting(served.union(["apus_"])) == [])
    }

    @Test func `it tells of every line of the logs at warning and above, and of no other`() throws {
        var written: Set<String> = []
        var calls = 0
        for folder in ["Sources/Hypervisor", "Sources/apus/Hypervisor", "Sources/apus/RNS"] {
            let files = try #require(
                FileManager.default.enumerator(at: Self.root.appending(path: folder), includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                calls += text.matches(of: /logger\.(warning|error|critical)\(/).count
                for match in text.matches(of: /logger\.(?:warning|error|critical)\(\s*"([^"]*)"/) {
                    // What is put in the line stands as an ellipsis.
                    written.insert(String(match.1).replacing(/\\\([^)]*\)/, with: "…"))
                }
            }
        }
        #expect(calls == written.count, "a line's text stands where it is logged, and each is another")
        let told = Set(
            try Self.page.split(separator: "## Lines of the logs").last?.split(separator: "## Certificates").first?
                .split(separator: "\n").compactMap { line in
                    line.hasPrefix("| `") ? line.split(separator: "`").dropFirst().first.map(String.init) : nil
                } ?? [])
        #expect(written.subtracting(told) == [], "logged, and not told of")
        #expect(told.subtracting(written) == [], "told of, and not logged")
    }
}

/// What a daemon serves for Prometheus.
enum Metrics {
    static func read(_ port: FreePort) async throws -> String {
        try await Command.output("curl", ["-sf", "--max-time", "10", "http://\(port.address)/metrics"])
    }

    /// The value of a sample, named as it is written: `apus_rns_pool_given{pool="v4"}`.
    static func value(_ sample: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(sample + " ") }
            .flatMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    }
}
