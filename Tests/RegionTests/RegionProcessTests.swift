import Foundation
import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import Testing

/// The binary under test: `APUS` if it is set, else the product beside the tests.
enum Binary {
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["APUS"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return tests.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/apus"
    }()
}

/// An instance of `rns`, as a process.
final class Instance: Sendable {
    let socket: String
    let process: Lab.Process
    let log: String

    init(_ name: String, _ folder: TemporaryFolder, _ more: String) async throws {
        socket = folder.file("\(name).sock")
        log = folder.file("\(name).log")
        let file = try folder.write(
            "version: 1\ninstance: \(name)\nlisten: [unix:\(socket)]\nlease: 2s\nshards: 16\n\(more)\n",
            to: "\(name).yaml")
        var options = Lab.Process.Options()
        options.errors = .file(log)
        process = try Lab.Process(Binary.path, ["rns", "run", "--verbose", file], options: options)
        let log = log
        do {
            try await Wait.until("\(name) is ready", within: .seconds(20)) {
                Files.text(log)?.contains("ready") == true
            }
        } catch {
            Issue.record("\(name): \(Files.text(log) ?? "")")
            throw error
        }
    }

    /// What a command prints; its exit code must be 0.
    func ask(_ arguments: String...) async throws -> String {
        try await Command.output(Binary.path, ["rns"] + arguments + ["--address", "unix:\(socket)"])
    }

    func exit(of arguments: String...) async throws -> (Lab.Exit, String) {
        let result = try await Command.run(Binary.path, ["rns"] + arguments + ["--address", "unix:\(socket)"])
        return (result.exit, result.errors)
    }
}

@Suite("rns as a process", .serialized, .timeLimit(.minutes(5)))
struct RegionProcessTests {
    @Test func `its commands make, show, move and forget, and its hypervisor knows at once`() async throws {
        let folder = try TemporaryFolder("rns")
        let rns = try await Instance("one", folder, "file: \(folder.file("region.sqlite"))")
        let daemons = [ModelDaemon(path: folder.file("a.sock")), ModelDaemon(path: folder.file("b.sock"))]
        for daemon in daemons { try daemon.start() }
        _ = try await rns.ask("pool", "create", "v4", "203.0.113.0/24", "--gateway", "203.0.113.1")
        _ = try await rns.ask("hypervisor", "set", "a", "unix:\(folder.file("a.sock"))")
        _ = try await rns.ask("hypervisor", "set", "b", "unix:\(folder.file("b.sock"))")
        let made = try await rns.ask(
            "droplet", "create", "d1", "--hypervisor", "a", "--port", "tap1", "--claim", "v4=203.0.113.7")
        #expect(made.contains("203.0.113.7") && made.contains("tap1"))
        try await Wait.until("a knows it") { daemons[0].addresses == ["d1": "203.0.113.7/24"] }
        _ = try await rns.ask("droplet", "move", "d1", "b", "--port", "tap5")
        try await Wait.until("b knows it, and a no longer") {
            daemons[0].addresses.isEmpty && daemons[1].addresses == ["d1": "203.0.113.7/24"]
        }
        #expect(try await rns.ask("droplet", "list", "--json").contains(#""hypervisor":"b""#))
        try await Wait.until("nobody is behind", every: .milliseconds(100)) {
            try await rns.exit(of: "hypervisors").0.isSuccess
        }
        // Out of reach: behind, with the reason; afterwards everything.
        await daemons[1].stop()
        _ = try await rns.ask("droplet", "create", "d2", "--hypervisor", "b", "--port", "tap6", "--claim", "v4")
        try await Wait.until("b is behind", every: .milliseconds(100)) {
            try await rns.exit(of: "hypervisors", "--behind").0 == .code(4)
        }
        #expect(try await rns.ask("status").contains("\"behind\":1"))
        try daemons[1].start()
        try await Wait.until("b knows all", within: .seconds(40), every: .milliseconds(50)) {
            daemons[1].addresses.count == 2
        }
        let (exit, text) = try await rns.exit(
            of: "droplet", "create", "d3", "--hypervisor", "nowhere", "--port", "tap1")
        #expect(exit == .code(1) && text.contains("hypervisor: there is no hypervisor 'nowhere'"))
        #expect(try await rns.exit(of: "droplet", "create", "d3", "--hypervisor", "a", "--port", "a b").0 == .code(65))
        _ = try await rns.ask("droplet", "delete", "d1")
        try await Wait.until("b knows that it is gone") { Set(daemons[1].addresses.keys) == ["d2"] }
        // Killed, and started again: the file has it all.
        rns.process.kill()
        await rns.process.exit()
        let again = try await Instance("two", folder, "file: \(folder.file("region.sqlite"))")
        #expect(try await again.ask("droplet", "list").contains("d2"))
        #expect(await again.process.stop() == .code(0))
        for daemon in daemons { await daemon.stop() }
    }

    @Test func `one of two is killed while droplets are made: none is lost, and its hypervisors are told by the other`()
        async throws
    {
        let folder = try TemporaryFolder("rns")
        let cluster = try await EtcdCluster()
        let etcd = "etcd: { endpoints: [\(cluster.urls[0])] }"
        let instances = [try await Instance("rns0", folder, etcd), try await Instance("rns1", folder, etcd)]
        let daemons = (0..<8).map { ModelDaemon(path: folder.file("hv\($0).sock")) }
        _ = try await instances[0].ask("pool", "create", "v4", "10.0.0.0/22")
        for (number, daemon) in daemons.enumerated() {
            try daemon.start()
            _ = try await instances[1].ask(
                "hypervisor", "set", "hv\(number)", "unix:\(folder.file("hv\(number).sock"))")
        }
        try await Wait.until("both have a share", every: .milliseconds(100)) {
            let shares = [try await instances[0].ask("status"), try await instances[1].ask("status")]
            return shares.allSatisfy { $0.contains("owned_shards") && !$0.contains("\"owned_shards\":16") }
        }
        let killed = Tally()
        try await withThrowingTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in stride(from: worker, to: 400, by: 8) {
                        if number >= 200, killed["once"] == 0 {
                            killed.add("once")
                            instances[0].process.kill()
                        }
                        let request = RegionSite.creation(
                            "d\(number)", on: "hv\(number % 8)", port: "tap\(number)", "v4")
                        var index = worker % 2
                        while true {
                            do {
                                _ = try await ServiceConnection.with(.unix(path: instances[index].socket)) { client in
                                    try await Apus_Rns_V1_Region.Client(wrapping: client).createDroplet(
                                        request, options: ServiceConnection.options(within: .seconds(20)))
                                }
                                break
                            } catch let error as RPCError where error.code == .alreadyExists {
                                break
                            } catch let error as RPCError
                                where error.code == .unavailable || error.code == .cancelled
                                || error.code == .internalError
                            {
                                index = 1
                                try await Task.sleep(for: .milliseconds(50))
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let begin = ContinuousClock.now
        try await Wait.until("all hypervisors know all", within: .seconds(30), every: .milliseconds(50)) {
            daemons.map(\.addresses.count).reduce(0, +) == 400
        }
        print(
            "400 droplets on 8 hypervisors, all told \(ContinuousClock.now - begin) after the last, one of two instances killed"
        )
        let all = daemons.flatMap(\.addresses.values)
        #expect(Set(all).count == 400)
        try await Wait.until("the other has all shards", every: .milliseconds(100)) {
            try await instances[1].ask("status").contains("\"owned_shards\":16")
        }
        #expect(await instances[1].process.stop() == .code(0))
        for daemon in daemons { await daemon.stop() }
    }

    @Test(.enabled("schemathesis is missing") { Program.find("schemathesis") != nil })
    func `schemathesis finds nothing that the description does not say`() async throws {
        let folder = try TemporaryFolder("rns")
        let port = try FreePort()
        let rns = try await Instance("one", folder, "file: \(folder.file("region.sqlite"))\nrest: \(port.address)")
        try await rns.process.waitUntilListening(on: port)
        _ = try await rns.ask("pool", "create", "v4", "10.0.0.0/16")
        _ = try await rns.ask("hypervisor", "set", "hv1", "unix:\(folder.file("none.sock"))")
        var options = Process.Options()
        // It keeps what it found beside itself.
        options.folder = folder.path
        let result = try await Command.run(
            "schemathesis",
            [
                "run", "http://\(port.address)/openapi.json", "--seed", "7", "--max-examples", "40", "--checks", "all",
                // What an address of a droplet must be no description of JSON can say.
                "--exclude-checks", "positive_data_acceptance", "--no-color",
            ], options: options, within: .seconds(240))
        #expect(result.exit.isSuccess, "\(result.output.suffix(6_000))\(result.errors.suffix(1_000))")
        #expect(rns.process.isRunning)
        print(result.output.suffix(1_200))
        await rns.process.stop()
    }
}
