import Glibc
import Lab
import Testing

@Suite("What an operator does wrong", .balancer)
struct OperatorTests {
    @Test func `five mistakes in one file give five errors, each with its place`() async throws {
        let folder = try TemporaryFolder("operator")
        let file = try folder.write(
            """
            version: 1
            listenrs: {}
            listeners:
              web: { bind: "127.0.0.1:99999", pool: nowhere }
            pools:
              web: { servers: [127.0.0.1:9001], balance: rnd, idle_timeout: soon }
            """, to: "lb.yaml")
        let result = try await Command.run(Apus.path, ["lb", "check", file])
        #expect(result.exit == .code(65))
        let places = result.errors.split(separator: "\n").filter {
            $0.hasPrefix("\(file):") && $0.contains(": error: ")
        }
        #expect(places.count == 5, "\(result.errors)")
        #expect(result.errors.contains("listeners") && result.errors.contains("^"))
        #expect(!result.errors.contains("\u{1B}"), "no colour but on a terminal")
    }

    @Test func `an unknown option is a usage error`() async throws {
        let result = try await Command.run(Apus.path, ["lb", "run", "lb.yaml", "--no-such-option"])
        #expect(result.exit == .code(64))
        #expect(result.errors.contains("--no-such-option"))
    }

    @Test func `a file that is not there cannot be read`() async throws {
        let result = try await Command.run(Apus.path, ["lb", "run", "/nonexistent/lb.yaml"])
        #expect(result.exit == .code(66))
        #expect(result.errors.contains("/nonexistent/lb.yaml"))
    }

    @Test func `a busy port is named`() async throws {
        let port = try FreePort()
        let other = try Process("python3", ["-m", "http.server", "-b", "127.0.0.1", "\(port.number)"])
        try await other.waitUntilListening(on: port)
        let result = try await run(binding: port.address)
        #expect(result.exit == .code(69))
        #expect(result.errors.contains(port.address))
    }

    @Test(.enabled(if: geteuid() == 0, "becoming another user needs an administrator's rights"))
    func `a missing privilege is named`() async throws {
        let result = try await run(binding: "127.0.0.1:79", as: "nobody")
        #expect(result.exit == .code(77))
        #expect(result.errors.contains("127.0.0.1:79"))
    }

    @Test(.enabled("it takes an administrator to give up a right") { geteuid() == 0 && have("setpriv", "python3") })
    func `where descriptors are short, clients wait and nobody gets a 502`() async throws {
        let narrow = "ulimit -n 600 && exec setpriv --bounding-set=-sys_resource \"$@\""
        let site = try await Site(more: "process: { threads: 1 }\n", wrapper: ["sh", "-c", narrow, "sh"])
        #expect(Files.text(site.log)?.contains("may open 600 descriptors, so that it takes 172 connections") == true)
        let many = try await Command.output("python3", [support("many.py"), "\(site.front.number)", "300"])
        #expect(many == "200: 172, silent: 128\n")
        #expect(try await site.curl(site.url("/name")).output == "b0")
    }

    private func run(binding address: String, as user: String? = nil) async throws -> Command.Result {
        let folder = try TemporaryFolder("operator")
        chmod(folder.path, 0o755)
        let file = try folder.write(
            """
            version: 1
            listeners:
              web: { bind: "\(address)", pool: web }
            pools:
              web: { servers: ["127.0.0.1:9"] }
            """, to: "lb.yaml")
        let line = [Apus.path, "lb", "run", file]
        guard let user else { return try await Command.run(line[0], Array(line[1...]), within: .seconds(10)) }
        let drop = ["--reuid", user, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
        return try await Command.run("setpriv", drop + line, within: .seconds(10))
    }
}
