import Lab
import Testing

@Suite("Two threads", .serialized, .balancer)
struct ThreadTests {
    /// Established connections to a port, at the side that made them.
    private func connections(to port: UInt16) async throws -> Int {
        try await Command.output("ss", ["-Htn", "state", "established", "dport = :\(port)"])
            .split(separator: "\n").count
    }

    @Test(.enabled(if: have("wrk")))
    func `each thread uses its idle connections again, and makes no more than it has clients`() async throws {
        let site = try await Site(more: "process: { threads: 2, pin: false }\n")
        let (clients, port) = (8, site.backends[0].number)
        // Each request comes on a connection of its own, of which the kernel gives either thread about half.
        let arguments = ["-t1", "-c\(clients)", "-d2", "-H", "Connection: close", site.url("/size/128")]
        let output = try await Command.output("wrk", arguments)
        let line = output.split(separator: "\n").first { $0.contains("requests in") }
        let requests = try #require(line.flatMap { Int($0.split(separator: " ")[0]) })
        #expect(requests > 200 && !output.contains("Non-2xx"), "\(output)")
        // Never did more than the clients ask at one time; a thread that did not find what it keeps would have made a
        // connection for each request.
        let kept = try await connections(to: port)
        #expect((1...2 * clients).contains(kept), "\(kept) connections to the server after \(requests) requests")
    }

    @Test(.enabled(if: have("wrk")))
    func `both threads serve`() async throws {
        let site = try await Site(more: "process: { threads: 2, pin: false }\n")
        _ = try await Command.output("wrk", ["-t1", "-c32", "-d1", site.url("/size/128")])
        let identifier = site.balancer.identifier
        let busy = Files.names(in: "/proc/\(identifier)/task").compactMap { task -> Int? in
            let folder = "/proc/\(identifier)/task/\(task)"
            guard let name = Files.text(folder + "/comm"), name.hasPrefix("worker-") else { return nil }
            return Files.text(folder + "/schedstat")?.split(separator: " ").first.flatMap { Int($0) }
        }
        #expect(busy.count == 2 && busy.allSatisfy { $0 > 1_000_000 }, "nanoseconds at work: \(busy)")
    }
}
