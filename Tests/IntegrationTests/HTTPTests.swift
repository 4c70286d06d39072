import Lab
import Testing

@Suite("HTTP/1.1 through the load balancer", .balancer, .enabled(if: have("curl", "python3")))
struct HTTPTests {
    private static let sizes = [0, 1, 128, 65536, 5 << 20]

    private func hash(_ path: String) async throws -> String {
        String(try await Command.output("sha256sum", [path]).prefix(64))
    }

    @Test func `bodies of every size and framing come unchanged, both ways`() async throws {
        let site = try await Site()
        for size in Self.sizes {
            let sent = site.folder.file("sent")
            _ = try await Command.output("curl", ["-s", "http://\(site.backends[0].address)/size/\(size)", "-o", sent])
            let expected = try await hash(sent)
            for framing in ["size", "chunked", "until-close"] {
                let received = site.folder.file("received")
                let result = try await site.curl(
                    site.url("/\(framing)/\(size)"), "-o", received, "-w", "%{size_download}")
                #expect(result.output == "\(size)", "\(framing)")
                if size > 0 { #expect(try await hash(received) == expected, "\(framing) \(size)") }
            }
            for method in ["POST", "PUT"] {
                for framing in ["Expect:", "Transfer-Encoding: chunked", "Expect: 100-continue"] {
                    let result = try await site.curl(
                        "-X", method, "-H", framing, "--data-binary", "@\(sent)", site.url("/echo"))
                    #expect(result.output.contains("sha256: \(expected)"), "\(method) \(framing) \(size)")
                }
            }
        }
    }

    @Test func `responses that have no body leave the connection as it was`() async throws {
        let site = try await Site()
        let result = try await site.exchange(
            ["HEAD /size/1000", "GET /status/204", "GET /status/304", "GET /name"]
                .map { "\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        let statuses = result.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
        #expect(statuses == ["200", "204", "304", "200"])
        #expect(result.hasSuffix("b0(open)"))
    }

    @Test func `a client's connection serves one request after another`() async throws {
        let site = try await Site()
        let result = try await site.curl(
            "-w", "%{num_connects}\n", site.url("/name"), site.url("/size/10"), site.url("/chunked/10"))
        let connects = result.output.split(separator: "\n").compactMap { $0.last?.wholeNumberValue }
        #expect(connects.reduce(0, +) == 1)
    }

    @Test func `an HTTP/1.0 client gets no chunks, and the end of the connection`() async throws {
        let site = try await Site()
        let result = try await site.exchange("GET /chunked/5 HTTP/1.0\r\nHost: a\r\n\r\n")
        #expect(!result.lowercased().contains("transfer-encoding"))
        #expect(result.hasSuffix("\r\n\r\n\0\u{1}\u{2}\u{3}\u{4}(closed)"))
    }

    @Test func `informational responses pass, and trailers are discarded as RFC 9110 allows`() async throws {
        let site = try await Site()
        let hints = try await site.exchange("GET /hints HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(hints.hasPrefix("HTTP/1.1 103"))
        #expect(hints.contains("HTTP/1.1 200") && hints.contains("hinted"))
        let trailers = try await site.exchange("GET /trailers HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n")
        // RFC 9110, 6.5.1; what is merged into a head elsewhere cannot smuggle a field in.
        #expect(trailers.contains("\r\n0\r\n\r\n") && !trailers.lowercased().contains("x-sum: 42"))
    }

    @Test func `fields for one hop stay there, and the proxy's own are added`() async throws {
        let site = try await Site()
        let echo = try await site.curl(
            "-i", "-H", "Connection: X-Secret, keep-alive", "-H", "X-Secret: 1", "-H", "Keep-Alive: 5",
            "-H", "X-Forwarded-For: 192.0.2.9", site.url("/echo"))
        let seen = echo.output.lowercased()
        #expect(!seen.contains("x-secret") && !seen.contains("keep-alive: 5"))
        #expect(!seen.contains("192.0.2.9"), "an untrusted client's word is replaced")
        #expect(seen.contains("x-forwarded-for: 127.0.0.1"))
        #expect(seen.contains("x-forwarded-proto: http"))
        #expect(seen.contains("via: 1.1 "))
        #expect(seen.contains("x-request-id: "))
        #expect(!seen.contains("x-private"), "nor do the backend's pass to the client")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", "431"),
    ])
    func `a bad request is refused with its reason, and the connection closed`(request: String, status: String)
        async throws
    {
        let site = try await Site()
        let response = try await site.exchange(request + "GET /name HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.hasPrefix("HTTP/1.1 \(status) "))
        #expect(response.lowercased().contains("proxy-status: apus; error="))
        #expect(!response.lowercased().contains("x-backend"))
        #expect(response.hasSuffix("(closed)") || response.hasSuffix("(reset)"))
    }

    @Test func `a head just under the limit passes`() async throws {
        let site = try await Site()
        let field = "X-Large: \(String(repeating: "x", count: 15_000))"
        #expect(try await site.curl("-H", field, site.url("/echo")).output.lowercased().contains(field.lowercased()))
    }

    @Test func `a server that is down is passed over; without any the client hears why`() async throws {
        let site = try await Site(backends: 2)
        site.servers[0].kill()
        await site.servers[0].exit()
        for _ in 0..<10 { #expect(try await site.curl(site.url("/name")).output == "b1") }
        site.servers[1].kill()
        await site.servers[1].exit()
        let response = try await site.curl("-i", site.url("/name")).output
        // No checks have taken the servers out, so that it was tried (RFC 9209, 2.3.7).
        #expect(response.hasPrefix("HTTP/1.1 502 "))
        #expect(response.lowercased().contains("proxy-status: apus; error=connection_refused"))
    }

    @Test func `a response that is cut short is not passed off as whole`() async throws {
        let site = try await Site()
        // curl's words for an end before the length was reached, and for a reset.
        #expect([.code(18), .code(56)].contains(try await site.curl(site.url("/die/1000")).exit))
        #expect(try await site.curl(site.url("/name")).output == "b0")
    }

    @Test func `what is under way finishes after SIGTERM, and the exit is clean`() async throws {
        let site = try await Site()
        async let slow = site.curl("-w", " %{http_code}", site.url("/slow/4000"))
        try await Task.sleep(for: .milliseconds(1500))
        site.balancer.signal(15)
        #expect(try await slow.output == "slept 200")
        #expect(await site.balancer.exit() == .code(0))
    }
}
