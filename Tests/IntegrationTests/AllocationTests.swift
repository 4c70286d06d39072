import Lab
import Testing

@Suite("Memory for requests", .serialized, .balancer)
struct AllocationTests {
    /// Allocations of the workers until now, as the preloaded library counts them.
    private func allocations(_ file: String) throws -> Int {
        let octets = try #require(Files.octets(file))
        return octets.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    @Test(.enabled(if: have("clang", "wrk")))
    func `a worker allocates nothing for a request, nor for a client's connection`() async throws {
        let folder = try TemporaryFolder("allocations")
        let (library, counter) = (folder.file("allocations.so"), folder.file("count"))
        try await Command.output(
            "clang", ["-O1", "-shared", "-fPIC", "-o", library, support("allocations.c")])
        try Files.write(String(repeating: "\0", count: 8), to: counter)
        let site = try await Site(
            backends: 2, more: "access_log: \(folder.file("access.log"))\n",
            wrapper: ["env", "LD_PRELOAD=\(library)", "APUS_ALLOCATIONS=\(counter)"])
        func load(_ path: String, _ arguments: String...) async throws -> Int {
            let output = try await Command.output("wrk", ["-t1", "-c16", "-d1"] + arguments + [site.url(path)])
            let line = output.split(separator: "\n").first { $0.contains("requests in") }
            return line.flatMap { Int($0.split(separator: " ")[0]) } ?? 0
        }
        // What grows as it is needed, such as the list of connections that wait for a turn, grows a few times first, and
        // hardly afterwards.
        var first = try await load("/size/128")
        first += try await load("/size/128", "-H", "Connection: close")
        first += try await load("/size/100000")
        let before = try allocations(counter)
        #expect(before > 0 && first > 300, "\(before) allocations in \(first) requests: does the library count?")
        for path in ["/size/128", "/size/100000"] {
            let start = try allocations(counter)
            let requests = try await load(path)
            let count = try allocations(counter) - start
            #expect(requests > 100 && count * 50 < requests, "\(path): \(count) allocations in \(requests) requests")
        }
        let start = try allocations(counter)
        let requests = try await load("/size/128", "-H", "Connection: close")
        let count = try allocations(counter) - start
        #expect(requests > 100 && count * 50 < requests, "\(count) allocations for \(requests) connections")
    }
}
