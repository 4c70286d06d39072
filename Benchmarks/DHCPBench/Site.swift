import FoundationEssentials
import Lab

/// A server in one namespace, and a place for load in another.
final class Site {
    let contender: Contender
    let folder: TemporaryFolder
    let place: Namespace
    let client: Namespace
    private(set) var server: Process
    private let apus: String

    init(_ contender: Contender, apus: String, pool: Int) async throws {
        self.contender = contender
        self.apus = apus
        folder = try TemporaryFolder("dhcp-bench")
        (place, client) = (try await Namespace("dhcp-s"), try await Namespace("dhcp-c"))
        // Link-local addresses that are there at once.
        for namespace in [place, client] {
            try await namespace.run("sysctl", ["-qw", "net.ipv6.conf.default.accept_dad=0"])
        }
        try await Namespace.connect(place, "srv", "10.0.0.1/8", to: client, "cli", "10.0.0.2/8")
        try await place.run("ip", ["address", "add", "fd00:1::1/64", "dev", "srv", "nodad"])
        command = try contender.command(apus: apus, pool: pool, folder)
        server = try Self.start(command, folder, place)
        try await Task.sleep(for: .milliseconds(1500))
    }

    private let command: (String, [String])

    private static func start(
        _ command: (String, [String]), _ folder: TemporaryFolder, _ place: Namespace
    ) throws -> Process {
        var options = Process.Options()
        options.namespace = place.name
        options.environment = ["KEA_PIDFILE_DIR": folder.path, "KEA_LOCKFILE_DIR": folder.path]
        options.errors = .file(folder.file("errors"))
        options.output = .file(folder.file("output"))
        return try Process(command.0, command.1, options: options)
    }

    /// Ends the server as a fault does, and starts it at once.
    func restart() async throws {
        server.kill()
        _ = await server.exit()
        for name in Files.names(in: folder.path) where name.hasSuffix(".pid") || name == "pid" {
            Files.remove(folder.file(name))
        }
        server = try Self.start(command, folder, place)
    }

    func stop() async {
        server.kill()
        _ = await server.exit()
    }

    /// What a server of ours says of its commits; of others, what they said at all.
    func remarks() async -> String {
        guard contender.name == "apus" else { return Files.tail(folder.file("errors")) }
        let text = try? await Command.output(
            apus, ["dhcp", "stats", "--json", "--control", folder.file("control.sock")])
        let names = ["\"commits\"", "\"changes\"", "\"commit_microseconds\"", "\"lost\"", "\"unsent\"", "\"reason\""]
        return (text ?? "").split(whereSeparator: { "{},\n".contains($0) }).filter { part in
            names.contains { part.contains($0) } || part.contains("queued")
        }.joined(separator: " ")
    }

    /// Loads with perfdhcp: how many exchanges were begun, and how many ended with an ACK.
    func perfdhcp(rate: Int, seconds: Int) async throws -> (asked: Int, done: Int) {
        var options = Process.Options()
        options.namespace = client.name
        let target = contender.version == 4 ? "10.0.0.1" : "all"
        let result = try await Command.run(
            "perfdhcp",
            [
                "-\(contender.version)", "-l", "cli", "-r", "\(rate)", "-R", "100000000", "-W", "1000000", "-p",
                "\(seconds)", target,
            ],
            options: options, within: .seconds(seconds * 2 + 60))
        // Two blocks, DISCOVER-OFFER and REQUEST-ACK, each with what was sent and received.
        func numbers(_ word: String) -> [Int] {
            result.output.split(separator: "\n").filter { $0.hasPrefix(word) }.compactMap {
                $0.split(separator: ":").last.flatMap { Int($0.drop { $0 == " " }) }
            }
        }
        let (sent, received) = (numbers("sent packets"), numbers("received packets"))
        guard sent.count >= 2, received.count >= 2 else { return (0, 0) }
        return (sent[0], received[1])
    }

    /// Loads with our own generator.
    func generate(rate: Int, seconds: Int, _ more: [String] = []) async throws -> (asked: Int, done: Int) {
        var options = Process.Options()
        options.namespace = client.name
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let output = try await Command.output(
            own,
            [
                "generate", "--interface", "cli", "--protocol", "\(contender.version)", "--rate", "\(rate)",
                "--seconds",
                "\(seconds)",
            ] + more, options: options, within: .seconds(seconds + 60))
        let words = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        return words.count == 2 ? (words[0], words[1]) : (0, 0)
    }
}
