import Lab
import Testing

@Suite("Other protocols and peers through the load balancer", .balancer)
struct PeerTests {
    private func front(of port: FreePort, _ listener: String) async throws -> (Process, FreePort, TemporaryFolder) {
        let folder = try TemporaryFolder("peer")
        let front = try FreePort()
        let file = try folder.write(
            """
            version: 1
            listeners:
              front: { bind: "\(front.address)", \(listener), pool: back }
            pools:
              back: { servers: ["\(port.address)"] }
            """, to: "lb.yaml")
        var options = Process.Options()
        options.errors = .file(folder.file("log"))
        let balancer = try Process(Apus.path, ["lb", "run", file], options: options)
        try await balancer.waitUntilListening(on: front, log: folder.file("log"))
        return (balancer, front, folder)
    }

    @Test(.enabled(if: Files.exists(Program.tools + "/bin/python")))
    func `a WebSocket's messages, ping and close pass`() async throws {
        let port = try FreePort()
        let server = try Process(python, [support("websocket.py"), "serve", "\(port.number)"])
        try await server.waitUntilListening(on: port)
        let (balancer, front, _) = try await front(of: port, "protocol: http")
        let output = try await Command.output(python, [support("websocket.py"), "check", "\(front.number)"])
        #expect(output == "all came back\n")
        #expect(server.isRunning && balancer.isRunning)
    }

    @Test(.enabled(if: have("redis-server", "redis-cli")))
    func `Redis works over TCP`() async throws {
        let port = try FreePort()
        let server = try Process("redis-server", ["--port", "\(port.number)", "--save", "", "--bind", "127.0.0.1"])
        try await server.waitUntilListening(on: port)
        let (balancer, front, _) = try await front(of: port, "protocol: tcp")
        let client = ["-p", "\(front.number)"]
        #expect(try await Command.output("redis-cli", client + ["set", "key", "a value"]) == "OK\n")
        #expect(try await Command.output("redis-cli", client + ["get", "key"]) == "a value\n")
        let large = try await Command.output("redis-cli", client + ["eval", "return string.rep('x', 3000000)", "0"])
        #expect(large.count == 3_000_001)
        #expect(server.isRunning && balancer.isRunning)
    }

    @Test func `a TCP client that has ended its direction still reads the answer`() async throws {
        let site = try await Site(listener: "protocol: tcp")
        let answer = try await site.exchange("GET /slow/300 HTTP/1.1\r\nHost: a\r\n\r\n", "--half-close")
        #expect(answer.hasSuffix("slept(closed)"))
    }

    @Test(.enabled(if: have("chromium", "nginx")))
    func `a browser loads a page with its parts from nginx`() async throws {
        let port = try FreePort()
        let pages = try TemporaryFolder("pages")
        let parts = (0..<8).map { "<script src='\($0).js'></script>" }.joined()
        try pages.write("<html><body>\(parts)</body></html>", to: "index.html")
        for part in 0..<8 { try pages.write("document.body.append('part\(part);')", to: "\(part).js") }
        let settings = try pages.write(
            """
            daemon off; pid \(pages.path)/pid; error_log \(pages.path)/errors; user root;
            events {} http { access_log off; server { listen \(port.address); root \(pages.path); } }
            """, to: "nginx.conf")
        let server = try Process("nginx", ["-c", settings, "-e", pages.file("errors")])
        try await server.waitUntilListening(on: port)
        let (balancer, front, _) = try await front(of: port, "protocol: http")
        let page = try await Command.output(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(pages.path)/profile", "--dump-dom",
                "http://\(front.address)/",
            ])
        for part in 0..<8 { #expect(page.contains("part\(part);")) }
        #expect(server.isRunning && balancer.isRunning)
    }
}
