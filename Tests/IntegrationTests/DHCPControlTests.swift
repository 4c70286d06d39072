import Foundation
import Lab
import Testing

/// The control socket of the DHCP server: as the command sees it, and as a client does that nobody here wrote.
@Suite(
    "DHCP control", .serialized, .timeLimit(.minutes(2)),
    .enabled("the tools or rights are missing") { await Namespace.isPermitted() && have("busybox", "python3") })
struct DHCPControlTests {
    @Test(.enabled("grpcio is not installed") { await grpcioIsThere })
    func `a stranger drives every call, and bad requests are told which field is wrong`() async throws {
        let site = try await FourSite(lan: "    forcerenew: true\n")
        let server = try await site.start()
        defer { server.kill() }
        let told = site.folder.file("told.log")
        var options = Process.Options()
        options.namespace = site.client.name
        options.output = .file(told)
        let client = try Process("python3", [support("dhcp_station.py"), "told", "eth0", "4"], options: options)
        defer { client.kill() }
        try await Wait.until("it is bound", within: .seconds(10), every: .milliseconds(50)) {
            (Files.text(told) ?? "").contains("bound ")
        }
        let words = (Files.text(told) ?? "").split(whereSeparator: \.isWhitespace)
        let agreed = try #require(words.dropFirst().first.map(String.init))
        let other = try await site.udhcpc()
        for number in 2...4 { _ = try await site.station("exchange", "eth0", "--number", "\(number)") }
        let result = try await Command.run(
            Program.tools + "/bin/python",
            ["-B", support("dhcp-client.py"), "unix:" + site.folder.file("control.sock"), agreed, other],
            within: .seconds(60))
        #expect(result.exit.isSuccess, "\(result.errors)")
        #expect(result.output.contains("every call was driven"))
        _ = await client.exit()
        #expect((Files.text(told) ?? "").contains("\nrenewed\n"), "\(Files.text(told) ?? "") \(site.log)")
    }

    @Test func `each object has the members that it always had, in their order`() async throws {
        let site = try await FourSite()
        let server = try await site.start()
        defer { server.kill() }
        let address = try await site.udhcpc(["-x", "hostname:one"])
        let lease =
            #/
            \{"address":"192\.0\.2\.100","state":"bound","client":"(hw|id):[0-9a-f]+","hardware":"[0-9a-f:]{17}",
            "host_name":"one","expires":\d+,"last_contact":\d+\}\n
            /#
        #expect(try await site.ask("leases", "--json").wholeMatch(of: lease) != nil)
        #expect(try await site.ask("show", "--json", address).wholeMatch(of: lease) != nil)
        let stats =
            #/
            \{"leases":1,"answered":\[\{"message":"DISCOVER","outcome":"OFFER","count":1\},
            \{"message":"REQUEST","outcome":"ACK","count":1\}\],"dropped":\[.*\],"refused":\{\},"ended":\{.*\},
            "commits":\d+,"changes":\d+,"commit_microseconds":\d+,"longest_commit_microseconds":\d+,"failed_commits":0,
            "unsent":0,"lost":\d+,"pools":\[\{"network":"lan","range":"192\.0\.2\.100-192\.0\.2\.199","size":100,
            "free":99,"quarantined":0\}\]\}\n
            /#
        let shown = try await site.ask("stats", "--json")
        #expect(shown.wholeMatch(of: stats) != nil, "\(shown)")
        #expect(try await site.ask("release", "--json", address) == "{\"released\":\"\(address)\"}\n")
        #expect(
            try await site.ask("reserve", "--json", address, "02:00:5e:00:00:99") == "{\"reserved\":\"\(address)\"}\n")
        #expect(try await site.ask("reserve", "--json", "--remove", address) == "{\"unreserved\":\"\(address)\"}\n")
    }

    @Test func `what is refused is told in a line, and the code says whether a server answered`() async throws {
        let site = try await FourSite()
        let socket = site.folder.file("control.sock")
        func ask(_ arguments: [String]) async throws -> Command.Result {
            try await Command.run(Apus.path, ["dhcp", arguments[0], "--control", socket] + arguments.dropFirst())
        }
        let alone = try await ask(["leases"])
        #expect(alone.exit == .code(69))
        #expect(
            alone.errors == "apus: error: no DHCP server answers at \(socket): No such file or directory\n",
            "\(alone.errors)")
        let server = try await site.start()
        defer { server.kill() }
        for (arguments, text) in [
            (["show", "somebody"], "there is no lease of 'somebody'"),
            (["show", "192.0.2.9"], "there is no lease of '192.0.2.9'"),
            (["release", "here"], "'here' is no address"), (["release", "192.0.2.9"], "nobody has 192.0.2.9"),
            (["renew", "192.0.2.9"], "nobody has 192.0.2.9"),
            (["reserve", "192.0.2.9", "somebody"], "'somebody' is neither a hardware address nor"),
            (["reserve", "203.0.113.9", "02:00:5e:00:00:99"], "203.0.113.9 is in no subnet, or reserved already"),
            (["reserve", "--remove", "192.0.2.9"], "192.0.2.9 was not reserved by hand"),
        ] {
            let result = try await ask(arguments)
            #expect(result.exit == .code(1), "\(arguments)")
            #expect(result.errors.hasPrefix("apus: error: " + text), "\(arguments): \(result.errors)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a watch tells of changes as they are committed, and ends with the server`() async throws {
        let site = try await FourSite()
        let server = try await site.start()
        defer { server.kill() }
        let lines = site.folder.file("watch.log")
        var options = Process.Options()
        options.output = .file(lines)
        options.errors = .file(site.folder.file("watch.errors"))
        let watch = try Process(
            Apus.path, ["dhcp", "leases", "--watch", "--control", site.folder.file("control.sock")], options: options)
        defer { watch.kill() }
        try await Task.sleep(for: .seconds(2))
        let address = try await site.udhcpc()
        _ = try await site.ask("release", address)
        try await Wait.until("both were told of: \(Files.text(lines) ?? "")", within: .seconds(10)) {
            let words = (Files.text(lines) ?? "").split(separator: "\n").map { $0.split(separator: " ").prefix(2) }
            return words.map { $0.joined(separator: " ") } == ["bound \(address)", "released \(address)"]
        }
        let begin = ContinuousClock.now
        #expect(await server.stop() == .code(0))
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(await watch.exit() == .code(69))
        #expect((Files.text(site.folder.file("watch.errors")) ?? "").contains("went away"))
    }

    private static var grpcioIsThere: Bool {
        get async {
            let result = try? await Command.run(Program.tools + "/bin/python", ["-c", "import grpc_reflection"])
            return result?.exit.isSuccess ?? false
        }
    }
}
