import Lab
import Linux
import Testing

@Suite("A crowd of clients that are slow or idle", .serialized, .balancer)
struct CrowdTests {
    private static let settings = """
        version: 1
        process: { threads: 1, pin: false, max_connections: 16000 }
        timeouts: { head: 4s, idle: 1h }
        listeners:
          web: { bind: "{{front}}", pool: app }
        pools:
          app: { servers: ["{{back}}"], idle_connections: 1024 }
        """

    /// One load balancer before the responder.
    private struct Front {
        let folder: TemporaryFolder
        let port: FreePort
        let process: Process

        init(_ back: FreePort, _ name: String) async throws {
            folder = try TemporaryFolder(name)
            port = try FreePort()
            let text = settings.replacing("{{front}}", with: port.address).replacing("{{back}}", with: back.address)
            let file = try folder.write(text, to: "lb.yaml")
            var options = Process.Options()
            options.errors = .file(folder.file("errors"))
            process = try Process(Apus.path, ["lb", "run", file], options: options)
            try await process.waitUntilListening(on: port, log: folder.file("errors"))
        }

        /// Times of requests at a fixed rate.
        func measure() async throws -> FixedRate {
            let log = folder.file("times")
            try await Command.output("rm", ["-f", log])
            let arguments = FixedRate.arguments(
                url: "http://\(port.address)/128", rate: 500, connections: 10, seconds: 3, log: log)
            try await Command.output("h2load", arguments)
            return try #require(FixedRate(Files.text(log) ?? "", warmUp: 1_000_000))
        }
    }

    @Test(.enabled(if: have("h2load", "python3")))
    func `others are served as before`() async throws {
        // Each client may need a connection to the backend; an administrator gets as many as that takes.
        let limit = DescriptorLimit.raise(to: 32_512)
        let idle = min(10_000, (limit - 256) / 2 - 1500)
        let back = try FreePort()
        let responder = try Process(Apus.path, ["lab", "respond", "--port", "\(back.number)"])
        try await responder.waitUntilListening(on: back)
        let alone = try await Front(back, "alone")
        let crowded = try await Front(back, "crowded")
        let before = Memory(ofTree: crowded.process.identifier).resident
        let crowd = try await Crowd(at: crowded.port.number, idle: idle, heads: 500, readers: 500, path: "/1m")
        var (quiet, busy): ([Int], [Int]) = ([], [])
        for _ in 0..<3 {
            for (front, isCrowded) in [(alone, false), (crowded, true)] {
                let times = try await front.measure()
                #expect(times.statuses.keys.allSatisfy { $0 == 200 }, "\(times.statuses)")
                #expect(times.count > 500)
                if isCrowded { busy.append(times.quantile(0.99)) } else { quiet.append(times.quantile(0.99)) }
            }
        }
        let grown = Memory(ofTree: crowded.process.identifier).resident - before
        let report = try await crowd.end()
        #expect(report.idle == idle && report.lost == 0)
        #expect(report.heads == 500 && report.refused >= 500, "slow heads are refused: \(report)")
        #expect(report.readers == 500 && report.cut == 0, "a slow reader that goes on is not cut: \(report)")
        // Readers hold a buffer each; who is idle holds none.
        #expect(grown < 200 << 20, "\(grown) octets more")
        // `apus-bench crowd` compares exactly; other work on the machine does not make this one fail.
        #expect(busy.sorted()[1] < quiet.sorted()[1] * 3 + 10_000, "p99 in µs: \(quiet) without, \(busy) with")
    }
}
