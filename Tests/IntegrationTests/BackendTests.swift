import Lab
import Linux
import Testing

/// The load balancer in front of servers that others wrote, with a configuration of the test's own.
private struct Front {
    let folder: TemporaryFolder
    let port: FreePort
    let balancer: Process

    init(_ backends: [any CustomStringConvertible], _ routes: String = "", pool: String = "") async throws {
        folder = try TemporaryFolder("front")
        port = try FreePort()
        let servers = backends.map { "\"\($0)\"" }.joined(separator: ", ")
        let file = try folder.write(
            """
            version: 1
            listeners:
              web: { bind: "\(port.address)"\(routes.isEmpty ? ", pool: back" : "") }
            \(routes)
            pools:
              back:
                servers: [\(servers)]
            \(pool)
            """, to: "lb.yaml")
        var options = Process.Options()
        options.errors = .file(folder.file("errors.log"))
        balancer = try Process(Apus.path, ["lb", "run", file], options: options)
        try await balancer.waitUntilListening(on: port, log: folder.file("errors.log"))
    }

    func curl(_ path: String, _ arguments: String...) async throws -> String {
        try await Command.run("curl", ["-s", "-m", "20"] + arguments + ["http://\(port.address)\(path)"]).output
    }
}

@Suite("In front of servers that others wrote", .balancer)
struct BackendTests {
    @Test(.enabled(if: have("node", "curl")), arguments: [Backend.Kind.python, .node])
    func `bodies pass both ways, with a length, in chunks and until the end`(_ kind: Backend.Kind) async throws {
        let backend = try await Backend(kind, name: "it")
        let front = try await Front([backend.address])
        for size in [0, 1, 128, 65_536, 3_000_000] {
            for path in ["/bytes/\(size)", "/chunked/\(size)"] {
                let result = try await front.curl(path, "-o", "/dev/null", "-w", "%{http_code} %{size_download}")
                #expect(result == "200 \(size)")
            }
        }
        #expect(try await front.curl("/until-close", "-o", "/dev/null", "-w", "%{size_download}") == "1000")
        let text = String(repeating: "0123456789", count: 5000)
        let path = try front.folder.write(text, to: "body")
        #expect(try await front.curl("/echo", "--data-binary", "@\(path)") == text)
        #expect(try await front.curl("/echo", "-H", "Transfer-Encoding: chunked", "--data-binary", "@\(path)") == text)
        #expect(try await front.curl("/status/204", "-w", "%{http_code}") == "204")
        #expect(try await front.curl("/status/304", "-w", "%{http_code}") == "304")
    }

    @Test(.enabled(if: have("nginx", "curl")))
    func `nginx serves its files, also over TLS`() async throws {
        let certificates = try await Certificates()
        let plain = try await Backend(.nginx, name: "plain")
        let identity = try await certificates.identity("server")
        let encrypted = try await Backend(.nginx, name: "encrypted", tls: identity)
        for backend in [plain, encrypted] { try Files.write(backend.name, to: backend.files + "/name") }
        #expect(try await Front([plain.address]).curl("/name") == "plain")
        let front = try await Front(
            ["localhost:\(encrypted.port.number)"], pool: "    tls: { ca: \"\(certificates.authority)\" }")
        #expect(try await front.curl("/name") == "encrypted")
    }

    @Test(.enabled(if: have("curl")))
    func `what no route takes is 404, and names its reason`() async throws {
        let backend = try await Backend(.python, name: "it")
        let front = try await Front(
            [backend.address], "routes:\n  - { listener: web, host: app.example, path: /api/*, pool: back }")
        let taken = try await front.curl("/api/x", "-i", "-H", "Host: APP.example:80")
        #expect(taken.hasPrefix("HTTP/1.1 200 "))
        for (path, host) in [("/apis", "app.example"), ("/api/x", "other.example")] {
            let refused = try await front.curl(path, "-i", "-H", "Host: \(host)")
            #expect(refused.hasPrefix("HTTP/1.1 404 "))
            #expect(refused.contains("Proxy-Status: apus; error=destination_not_found; details=\"no-route\""))
        }
    }

    @Test(.enabled(if: have("curl")))
    func `when checks have taken all servers out, the answer is 503`() async throws {
        let nobody = try FreePort()
        let front = try await Front(
            [nobody.address], pool: "    health: { type: tcp, interval: 200ms, timeout: 100ms, rise: 1, fall: 1 }")
        var answer = ""
        for _ in 0..<50 {
            answer = try await front.curl("/", "-i")
            if answer.hasPrefix("HTTP/1.1 503 ") { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("no-server-up") && answer.contains("Retry-After"))
    }
}
