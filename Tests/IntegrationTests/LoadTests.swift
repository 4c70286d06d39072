import Lab
import Testing

@Suite("Load through the load balancer", .serialized, .balancer)
struct LoadTests {
    @Test(.enabled(if: have("wrk")), arguments: ["", "0", "1", "5"])
    func `no request fails, whenever the backend ends idle connections`(milliseconds: String) async throws {
        let site = try await Site(
            backends: 2, arguments: milliseconds.isEmpty ? [] : ["--close-after-response", milliseconds])
        let output = try await Command.output("wrk", ["-t1", "-c16", "-d2", site.url("/size/128")])
        #expect(!output.contains("Non-2xx") && !output.contains("Socket errors"), "\(output)")
        let count = output.split(separator: "\n").first { $0.contains("requests in") }.flatMap {
            Int($0.split(separator: " ")[0])
        }
        #expect(try #require(count) > 100)
    }

    @Test(.enabled(if: have("h2load")))
    func `h2load finds no failure`() async throws {
        let site = try await Site()
        let output = try await Command.output("h2load", ["--h1", "-n", "2000", "-c", "10", site.url("/size/1000")])
        #expect(output.contains("2000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(output)")
        #expect(output.contains("status codes: 2000 2xx"))
    }

    @Test(.enabled(if: have("python3")), arguments: ["http", "tcp"])
    func `clients that do not read hold up the backend, not our memory`(proto: String) async throws {
        let site = try await Site(listener: "protocol: \(proto)")
        let before = Memory(ofTree: site.balancer.identifier).resident
        let (connections, size) = (8, 30_000_000)
        let go = site.folder.file("go")
        var options = Process.Options()
        options.output = .file(site.folder.file("stalled"))
        let client = try Process(
            "python3", [support("stall.py"), "\(site.front.number)", "\(connections)", "/size/\(size)", go],
            options: options)
        let output = { Files.text(site.folder.file("stalled")) ?? "" }
        try await Wait.until("the clients", within: .seconds(20)) { output().contains("ready") }
        // Time in which a proxy without back-pressure would take all that the backend has.
        try await Task.sleep(for: .seconds(2))
        let grown = Memory(ofTree: site.balancer.identifier).resident - before
        #expect(grown < 16 << 20, "\(grown) octets for \(connections * size) on their way")
        #expect(try await site.curl(site.url("/name")).output == "b0", "others are served meanwhile")
        try Files.write("", to: go)
        #expect(await client.exit() == .code(0))
        // A head comes before each body.
        let counts = output().split(separator: "\n").dropFirst().compactMap { Int($0) }
        #expect(counts.count == connections && counts.allSatisfy { (size..<size + 1000).contains($0) }, "\(counts)")
    }
}
