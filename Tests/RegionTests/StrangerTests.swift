import Foundation
import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import Testing

/// Clients that nobody here wrote: Python's grpcio, which learns the protos from the daemons.
@Suite(
    "Strangers", .serialized, .timeLimit(.minutes(3)), .enabled("grpcio is not installed") { await Strangers.areThere })
struct StrangerTests {
    @Test func `one drives every call of rns, and bad requests are told which field is wrong`() async throws {
        let folder = try TemporaryFolder("rns")
        let rns = try await Instance("one", folder, "file: \(folder.file("region.sqlite"))")
        let result = try await Strangers.run("rns-client.py", "unix:\(rns.socket)")
        #expect(result.exit.isSuccess, "\(result.errors)")
        #expect(result.output.contains("every call was driven"))
        #expect(await rns.process.stop() == .code(0))
    }

    @Test func `one drives every call of rns on etcd`() async throws {
        let folder = try TemporaryFolder("rns")
        let cluster = try await EtcdCluster()
        let rns = try await Instance("one", folder, "etcd: { endpoints: [\(cluster.urls[0])] }")
        let result = try await Strangers.run("rns-client.py", "unix:\(rns.socket)")
        #expect(result.exit.isSuccess, "\(result.errors)")
        #expect(await rns.process.stop() == .code(0))
    }

    @Test func `one drives every call of hvaddrd, and bad requests are told which field is wrong`() async throws {
        let folder = try TemporaryFolder("hvaddrd")
        let socket = folder.file("hvaddrd.sock")
        var options = Lab.Process.Options()
        options.errors = .file(folder.file("log"))
        let daemon = try Lab.Process(
            Binary.path,
            [
                "hvaddrd", "--port", "nowhere0", "--flows", "none", "--listen", "unix:\(socket)", "--store",
                folder.file("hvaddrd.sqlite"),
            ], options: options)
        try await Wait.until("hvaddrd: \(Files.text(folder.file("log")) ?? "")", within: .seconds(20)) {
            Files.text(folder.file("log"))?.contains("ready") == true
        }
        let result = try await Strangers.run("hvaddr-client.py", "unix:\(socket)")
        #expect(result.exit.isSuccess, "\(result.errors)")
        #expect(result.output.contains("every call was driven"))
        #expect(await daemon.stop() == .code(0))
    }

    @Test func `a message that is too long, and more streams than are allowed, are refused or wait; others go on`()
        async throws
    {
        let folder = try TemporaryFolder("rns")
        let rns = try await Instance("one", folder, "file: \(folder.file("region.sqlite"))")
        let result = try await Strangers.run(
            "limits-client.py", "unix:\(rns.socket)", "\(ServiceConnection.streamLimit)")
        #expect(result.exit.isSuccess, "\(result.errors)")
        #expect(result.output.contains("the limits hold"))
        #expect(await rns.process.stop() == .code(0))
    }
}

enum Strangers {
    static var areThere: Bool {
        get async {
            let result = try? await Command.run(Program.tools + "/bin/python", ["-c", "import grpc_reflection"])
            return result?.exit.isSuccess ?? false
        }
    }

    static func run(_ script: String, _ arguments: String...) async throws -> Command.Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Support")
        return try await Command.run(
            Program.tools + "/bin/python", ["-B", folder.appending(path: script).path()] + arguments,
            within: .seconds(120))
    }
}
