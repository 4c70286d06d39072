import Glibc
import Lab
import Testing

/// A PostgreSQL server that runs here, with a database of its own, until the last reference goes.
private final class Postgres: Sendable {
    /// Where Debian puts the server's programs; nil without them.
    static let programs: String? = Files.names(in: "/usr/lib/postgresql")
        .map { "/usr/lib/postgresql/\($0)/bin" }.last { Files.exists($0 + "/initdb") }

    let port: FreePort
    let process: Process
    private let folder: TemporaryFolder

    init() async throws {
        let programs = try #require(Self.programs)
        folder = try TemporaryFolder("postgres")
        port = try FreePort()
        // It does not run as root.
        let user = geteuid() == 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []
        if !user.isEmpty { try await Command.output("chown", ["nobody:nogroup", folder.path]) }
        let data = folder.file("data")
        let make =
            user + [
                "\(programs)/initdb", "-D", data, "-U", "apus", "-A", "trust", "--locale=C", "-E", "UTF8", "--no-sync",
            ]
        try await Command.output(make[0], Array(make[1...]))
        let run =
            user + [
                "\(programs)/postgres", "-D", data, "-p", "\(port.number)", "-h", "127.0.0.1", "-k", "", "-F",
            ]
        var options = Process.Options()
        options.errors = .file(folder.file("log"))
        process = try Process(run[0], Array(run[1...]), options: options)
        try await process.waitUntilListening(on: port, log: folder.file("log"))
    }
}

@Suite("PostgreSQL through the load balancer", .balancer)
struct PostgresTests {
    @Test(.enabled("psql or the server is missing") { have("psql") && Postgres.programs != nil })
    func `psql asks, copies both ways, and gives up`() async throws {
        let server = try await Postgres()
        let folder = try TemporaryFolder("psql")
        let front = try FreePort()
        let file = try folder.write(
            """
            version: 1
            listeners:
              db: { bind: "\(front.address)", protocol: tcp, pool: postgres }
            pools:
              postgres: { servers: ["\(server.port.address)"], health: { type: tcp } }
            """, to: "lb.yaml")
        var options = Process.Options()
        options.errors = .file(folder.file("errors"))
        let balancer = try Process(Apus.path, ["lb", "run", file], options: options)
        try await balancer.waitUntilListening(on: front, log: folder.file("errors"))
        func psql(_ statements: String...) async throws -> String {
            let flags = [
                "-X", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", "\(front.number)", "-U", "apus",
            ]
            return try await Command.output("psql", flags + ["postgres"] + statements.flatMap { ["-c", $0] })
        }
        // Its first message asks for TLS, which this server declines (PostgreSQL's protocol, 55.2.10).
        #expect(try await psql("select sum(x) from generate_series(1, 100000) x") == "5000050000\n")
        #expect(try await psql("select repeat('x', 3000000)").count == 3_000_001)
        let rows = (1...200_000).map { "\($0)\n" }.joined()
        let path = try folder.write(rows, to: "rows")
        #expect(
            try await psql("create table t (x int)", "\\copy t from '\(path)'", "select count(*), sum(x) from t")
                == "CREATE TABLE\nCOPY 200000\n200000|20000100000\n")
        #expect(try await psql("copy t to stdout") == rows)
        let late = try await Command.run(
            "psql",
            ["-X", "-h", "127.0.0.1", "-p", "\(front.number)", "-U", "apus", "postgres"]
                + ["-c", "set statement_timeout = '300ms'", "-c", "select pg_sleep(20)"])
        #expect(late.errors.contains("canceling statement"), "\(late.errors)")
        #expect(balancer.isRunning && server.process.isRunning)
    }
}
