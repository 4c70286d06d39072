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
}
