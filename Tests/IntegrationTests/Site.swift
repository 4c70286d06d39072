import FoundationEssentials
import Lab
import Linux
import Testing

/// The binary under test.
enum Apus {
    /// `APUS` if it is set, else the product beside the tests.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["APUS"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return tests.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/apus"
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips while the binary has no load balancer to run; CI runs the tests all the same.
    static var balancer: Self {
        .enabled("the binary has no `lb run`, or is not built") {
            if ProcessInfo.processInfo.environment["CI"] == "true" { return true }
            guard Files.exists(Apus.path) else { return false }
            // A binary that does not know the command prints the help of what it knows.
            return try await Command.run(Apus.path, ["lb", "run", "--help"]).output.contains("lb run")
        }
    }
}

/// Tests that need programs which may be missing: skipped then, but not in CI.
func have(_ programs: String...) -> Bool {
    ProcessInfo.processInfo.environment["CI"] == "true" || programs.allSatisfy { Program.find($0) != nil }
}

/// The path of a helper in Python.
func support(_ name: String, from file: String = #filePath) -> String {
    file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Support/" + name
}

/// The interpreter that knows the tools' packages, if there is one.
var python: String {
    let tools = Program.tools + "/bin/python"
    return Files.exists(tools) ? tools : "python3"
}

/// Backends and a load balancer in front of them, all gone with the last reference.
final class Site: Sendable {
    let folder: TemporaryFolder
    let front: FreePort
    let backends: [FreePort]
    let servers: [Process]
    let balancer: Process

    /// Where the load balancer's standard error goes.
    var log: String { folder.file("errors.log") }

    /// Starts `count` backends, then the load balancer with one HTTP listener in front of them.
    ///
    /// `pool` are further lines of the pool, `more` further sections of the file, `arguments` are the backends', and
    /// `wrapper` is what starts the load balancer.
    init(
        backends count: Int = 1, pool: [String] = [], listener: String = "protocol: http", more: String = "",
        weights: [Int]? = nil, arguments: [String] = [], wrapper: [String] = []
    ) async throws {
        folder = try TemporaryFolder("site")
        front = try FreePort()
        backends = try (0..<count).map { _ in try FreePort() }
        var servers: [Process] = []
        for (index, port) in backends.enumerated() {
            let server = try Process("python3", [support("backend.py"), "\(port.number)", "b\(index)"] + arguments)
            try await server.waitUntilListening(on: port)
            servers.append(server)
        }
        self.servers = servers
        let places = backends.enumerated().map { "{ address: \"\($1.address)\", weight: \(weights?[$0] ?? 1) }" }
        let file = try folder.write(
            """
            version: 1
            listeners:
              front: { bind: "\(front.address)", pool: back, \(listener) }
            pools:
              back:
                servers: [\(places.joined(separator: ", "))]
            \(pool.map { "    \($0)\n" }.joined())\(more)
            """, to: "lb.yaml")
        var options = Process.Options()
        options.errors = .file(folder.file("errors.log"))
        let line = wrapper + [Apus.path, "lb", "run", file]
        balancer = try Process(line[0], Array(line[1...]), options: options)
        try await balancer.waitUntilListening(on: front, log: folder.file("errors.log"))
    }

    /// An address behind the load balancer.
    func url(_ path: String) -> String { "http://\(front.address)\(path)" }

    /// Runs curl, silently.
    func curl(_ arguments: String...) async throws -> Command.Result {
        try await Command.run("curl", ["-s", "-m", "20"] + arguments)
    }

    /// Sends octets as they are and gives what comes back, with how it ended.
    func exchange(_ octets: String, _ arguments: String...) async throws -> String {
        try folder.write(octets, to: "request")
        var options = Process.Options()
        options.input = folder.file("request")
        return try await Command.output(
            "python3", [support("exchange.py"), "\(front.number)"] + arguments, options: options)
    }
}
