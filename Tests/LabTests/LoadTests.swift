import Lab
import Testing

@Suite("Load")
struct LoadTests {
    @Test func `the line of the script is read, the rest of the output is not`() throws {
        let line = """
            load requests=1000 microseconds=2000000 octets=131072 connect=1 read=2 write=3 status=4 timeout=5 p50=640 p99=1600
            """
        let load = try #require(Load("Running 2s test\n  requests=7\n\(line)\n"))
        #expect(load.requests == 1000 && load.octets == 131_072 && load.p50 == 640 && load.p99 == 1600)
        #expect(load.requestsPerSecond == 500)
        #expect(load.errors["timeout"] == 5 && load.failures == 15)
        #expect(Load("unable to connect") == nil)
        #expect(Load(line.replacing("read=2 ", with: "")) == nil)
    }

    @Test(.enabled(if: Program.find("wrk") != nil, "wrk is not installed"))
    func `wrk with the script counts what a server answered`() async throws {
        let backend = try await Backend(.nginx, name: "green")
        try Files.write("a page", to: backend.files + "/page")
        for (path, isClosing) in [("page", false), ("page", true), ("none", false)] {
            let url = "http://\(backend.port.address)/\(path)"
            let arguments = Load.arguments(url: url, connections: 4, seconds: 1, isClosing: isClosing)
            let load = try #require(Load(try await Command.output("wrk", arguments)))
            #expect(load.requests > 10 && load.p50 > 0 && load.p99 >= load.p50)
            #expect(load.errors["connect"] == 0)
            // What is refused counts as an error, and nothing else does.
            #expect(path == "page" ? load.failures == 0 : load.errors["status"] == load.requests)
        }
    }
}
