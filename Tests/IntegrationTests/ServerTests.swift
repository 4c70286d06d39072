import Glibc
import Lab
import Testing

@Suite("Servers are chosen and watched", .balancer, .enabled(if: have("curl", "python3")))
struct ServerTests {
    /// Which backends answered `count` requests, one after another.
    private func answers(_ site: Site, _ count: Int) async throws -> [String: Int] {
        let output = try await site.curl("-w", "\n", site.url("/name?[1-\(count)]")).output
        return output.split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }

    private static let oneThread = "process: { threads: 1 }\n"

    @Test func `round robin is exact`() async throws {
        let site = try await Site(backends: 3, more: Self.oneThread)
        #expect(try await answers(site, 30) == ["b0": 10, "b1": 10, "b2": 10])
    }

    @Test func `weights are kept`() async throws {
        let site = try await Site(backends: 2, more: Self.oneThread, weights: [3, 1])
        #expect(try await answers(site, 40) == ["b0": 30, "b1": 10])
    }

    @Test func `random choice gives each its share`() async throws {
        let site = try await Site(backends: 2, pool: ["balance: random"], more: Self.oneThread)
        let counts = try await answers(site, 300)
        // A fair coin leaves these bounds once in two million runs.
        #expect((106...194).contains(counts["b0"] ?? 0), "\(counts)")
        #expect(counts.values.reduce(0, +) == 300)
    }

    @Test func `the server with the fewest requests gets the next`() async throws {
        let site = try await Site(backends: 2, pool: ["balance: least_connections"], more: Self.oneThread)
        async let slow = site.curl("-i", site.url("/slow/5000"))
        try await Task.sleep(for: .milliseconds(1500))
        let counts = try await answers(site, 20)
        #expect(counts.count == 1 && counts.values.first == 20, "\(counts)")
        let busy = try await slow.output
        #expect(counts.keys.first.map { !busy.contains($0) } == true)
    }

    @Test func `a server that fails its checks is left out until it passes them`() async throws {
        let site = try await Site(
            backends: 2,
            pool: [
                "retries: 0", "health: { type: http, path: /name, interval: 200ms, timeout: 150ms, rise: 2, fall: 2 }",
            ])
        site.servers[0].kill()
        await site.servers[0].exit()
        try await Task.sleep(for: .milliseconds(1000))
        #expect(try await answers(site, 20) == ["b1": 20])
        let port = site.backends[0]
        let server = try Process("python3", [support("backend.py"), "\(port.number)", "b0"])
        try await server.waitUntilListening(on: port)
        try await Wait.until("the server's return", within: .seconds(3), every: .milliseconds(100)) {
            try await answers(site, 4)["b0"] != nil
        }
    }

    @Test(.enabled(if: geteuid() == 0, "mounting needs an administrator's rights"))
    func `a full disk for the access log is reported, and requests go on`() async throws {
        let disk = try TemporaryFolder("disk")
        let mount = "mount -t tmpfs -o size=64k none \(disk.path) && exec \"$@\""
        let site = try await Site(
            more: "access_log: \(disk.path)/access.log\n", wrapper: ["unshare", "-m", "sh", "-c", mount, "sh"])
        #expect(try await answers(site, 2000) == ["b0": 2000])
        try await Wait.until("a word about the disk", within: .seconds(5)) {
            Files.text(site.log)?.contains("No space left on device") == true
        }
        #expect(site.balancer.isRunning)
        #expect(try await answers(site, 10) == ["b0": 10])
    }
}
