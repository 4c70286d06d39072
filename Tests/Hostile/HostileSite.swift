package import Lab
import Linux

/// A contender with one listener and one backend for each lane, on loopback.
package final class HostileSite: Sendable {
    package let fronts: [FreePort]
    package let backs: [FreePort]
    private let process: Process
    private let folder: TemporaryFolder

    /// Starts a contender; `apus` says where ours is.
    package init(_ contender: Contender, lanes: Int, apus: String? = nil) async throws {
        let fronts = try (0..<lanes).map { _ in try FreePort() }
        let backs = try (0..<lanes).map { _ in try FreePort() }
        let folder = try TemporaryFolder("hostile")
        let pairs = zip(fronts, backs).map { (Int($0.number), Int($1.number)) }
        for (name, text) in PeerConfiguration.files(contender, pairs, folder: folder.path) {
            try folder.write(text, to: name)
        }
        let file = folder.file(PeerConfiguration.mainFile(contender))
        let log = folder.file("output")
        var options = Process.Options()
        options.environment = contender.environment(threads: 1).mapValues {
            $0.replacing("{{folder}}", with: folder.path)
        }
        (options.output, options.errors) = (.file(log), .file(log))
        let arguments = contender.arguments(threads: 1).map {
            $0.replacing("{{file}}", with: file).replacing("{{folder}}", with: folder.path)
        }
        process = try Process(contender.program(apus: apus), arguments, options: options)
        for port in fronts { try await process.waitUntilListening(on: port, log: log) }
        (self.fronts, self.backs, self.folder) = (fronts, backs, folder)
    }

    /// Whether the contender still runs.
    package var isRunning: Bool { process.isRunning }
}
