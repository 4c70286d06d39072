import Linux
import LoadBalancer
import Synchronization
import Testing

@Suite("Health checker", .serialized)
struct HealthCheckerTests {
    private final class Run: Sendable {
        let events = Mutex<[HealthChecker.Event]>([])
        let table: ServerTable
        let checker: Mutex<HealthChecker?>

        /// Checks servers every 40 ms with 100 ms of patience, 2 up, 3 down.
        init(
            _ kind: Configuration.HealthCheck.Kind, servers: [SocketAddress], interval: Duration = .milliseconds(40),
            timeout: Duration = .milliseconds(100)
        ) throws {
            var check = Configuration.HealthCheck(kind: kind)
            (check.interval, check.timeout) = (interval, timeout)
            var pool = Configuration.Pool(
                name: "web", servers: servers.map { Configuration.Server(name: "\($0)", address: $0) })
            pool.health = check
            table = ServerTable(pools: [pool], workers: 1, now: 0)
            checker = Mutex(nil)
            let started = try HealthChecker(pools: [pool], contexts: [nil], table: table) { [self] event in
                events.withLock { $0.append(event) }
            }
            checker.withLock { $0 = started }
        }

        var told: [HealthChecker.Event] { events.withLock(\.self) }

        func stop() { checker.withLock { $0?.stop() } }

        /// Waits for up to five seconds.
        func until(_ condition: (ServerTable) -> Bool) async -> Bool {
            for _ in 0..<1_000 {
                if condition(table) { return true }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return condition(table)
        }
    }

    private static let http = Configuration.HealthCheck.Kind.http(path: "/healthz", host: nil, expect: 200...399)
    private static let good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func `a server that answers well is up, and is asked as the configuration says`() async throws {
        let server = try CannedServer(.text(Self.good))
        let run = try Run(Self.http, servers: [server.address])
        #expect(await run.until { $0.health(of: 0).checks >= 3 })
        run.stop()
        server.stop()
        let health = run.table.health(of: 0)
        #expect(health.state == .up && health.failures == 0 && health.failure == nil && health.since > 0)
        #expect(run.told.isEmpty)
        let expected =
            "GET /healthz HTTP/1.1\r\nHost: \(server.address)\r\nUser-Agent: apus-health-check\r\n"
            + "Accept: */*\r\nConnection: close\r\n\r\n"
        #expect(server.requests.allSatisfy { $0 == expected } && server.requests.count >= 3)
    }

    @Test func `a server goes down with its reason and comes back, each told once`() async throws {
        let server = try CannedServer(.text(Self.good))
        let run = try Run(Self.http, servers: [server.address])
        #expect(await run.until { $0.health(of: 0).state == .up })
        server.answer(.text("HTTP/1.1 503 Service Unavailable\r\n\r\n"))
        #expect(await run.until { !$0.isUp(0) })
        // More may have failed since it went down, before this line was reached.
        #expect(run.table.health(of: 0).failures >= 3)
        server.answer(.text(Self.good))
        #expect(await run.until { $0.isUp(0) })
        run.stop()
        server.stop()
        let name = "\(server.address)"
        #expect(
            run.told == [
                .init(pool: "web", server: name, isUp: false, failure: "status 503, expected 200 to 399"),
                .init(pool: "web", server: name, isUp: true, failure: nil),
            ])
    }

    @Test func `each way of failing has its own words`() async throws {
        let gone = try CannedServer(.close)
        gone.stop()
        let servers = try [
            CannedServer(.silence), CannedServer(.close), CannedServer(.text("SSH-2.0-OpenSSH_9.2\r\n")),
            CannedServer(.text("HTTP/1.1 20")),
        ]
        let run = try Run(Self.http, servers: [gone.address] + servers.map(\.address))
        #expect(await run.until { table in (0..<5).allSatisfy { !table.isUp($0) } })
        run.stop()
        for server in servers { server.stop() }
        let failures = (0..<5).map { run.table.health(of: $0).failure }
        #expect(failures[0] == "connecting: Connection refused")
        #expect(failures[1] == "no answer in time (reading)")
        // Which of the two it is depends on whether the request came before the close.
        let closed = ["closed before it answered", "waiting for the response: Connection reset by peer"]
        #expect(closed.contains(failures[2] ?? ""))
        #expect(failures[3] == "the answer is not HTTP/1")
        #expect(closed.contains(failures[4] ?? ""))
    }

    @Test func `a server that answers in silence is timed out at the time that is set`() async throws {
        let server = try CannedServer(.silence)
        let start = ContinuousClock.now
        let run = try Run(Self.http, servers: [server.address])
        #expect(await run.until { !$0.isUp(0) })
        let time = start.duration(to: .now)
        run.stop()
        server.stop()
        #expect(time >= .milliseconds(100) && time < .milliseconds(1_500), "it took \(time)")
    }

    @Test func `a TCP check only connects`() async throws {
        let server = try CannedServer(.silence)
        let run = try Run(.tcp, servers: [server.address])
        #expect(await run.until { $0.health(of: 0).state == .up })
        server.stop()
        #expect(await run.until { !$0.isUp(0) })
        run.stop()
        #expect(run.table.health(of: 0).failure == "connecting: Connection refused")
    }

    @Test func `hundreds of servers are checked, and stopping is prompt`() async throws {
        let server = try CannedServer(.text(Self.good))
        let run = try Run(
            Self.http, servers: Array(repeating: server.address, count: 200), interval: .milliseconds(500),
            timeout: .seconds(2))
        #expect(await run.until { table in (0..<200).allSatisfy { table.health(of: $0).checks >= 2 } })
        let start = ContinuousClock.now
        run.stop()
        #expect(start.duration(to: .now) < .milliseconds(500))
        server.stop()
        #expect((0..<200).allSatisfy { run.table.health(of: $0).state == .up })
    }
}
