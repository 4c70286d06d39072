import Testing

/// Octets that no server may take for a request, and what the proxy answers.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    let octets: [UInt8]
    let status: Int
    let code: String

    init(_ text: String, _ code: String, status: Int = 400) {
        (octets, self.status, self.code) = (Array(text.utf8), status, code)
    }

    var testDescription: String { "\(code): \(String(decoding: octets.prefix(72), as: UTF8.self).debugDescription)" }

    /// A head with one field beside Host.
    private static func field(_ line: String, _ code: String, status: Int = 400) -> HostileRequest {
        HostileRequest("POST /1 HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", code, status: status)
    }

    /// A head whose target or version is wrong.
    private static func line(_ line: String, _ code: String, status: Int = 400) -> HostileRequest {
        HostileRequest("\(line)\r\nHost: a\r\n\r\n", code, status: status)
    }

    /// A body behind a head in which nothing is wrong.
    private static func chunks(_ body: String, _ code: String) -> HostileRequest {
        HostileRequest("POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", code)
    }

    private static func host(_ lines: String, _ code: String) -> HostileRequest {
        HostileRequest("GET /1 HTTP/1.1\r\n\(lines)\r\n", code)
    }

    /// Heads of which nothing may reach a backend.
    static let heads: [HostileRequest] = [
        // The request line (RFC 9112, 3).
        line(" GET /1 HTTP/1.1", "method"),
        line("GET\t/1 HTTP/1.1", "method"),
        line("G@T /1 HTTP/1.1", "method"),
        line("GET  /1 HTTP/1.1", "target"),
        line("GET /\u{E4} HTTP/1.1", "target"),
        line("GET /1 2 HTTP/1.1", "version"),
        line("GET /1", "version"),
        line("GET /1 http/1.1", "version"),
        line("GET /1 HTTP/1.1 ", "version"),
        line("GET /1 HTTP/2.0", "version-unsupported", status: 505),
        line("GET /1 HTTP/0.9", "version-unsupported", status: 505),
        line("GET * HTTP/1.1", "target"),
        line("GET 1 HTTP/1.1", "target"),
        line("GET ftp://a/1 HTTP/1.1", "target"),
        line("GET http:///1 HTTP/1.1", "host"),
        line("GET http://u@a/1 HTTP/1.1", "host"),
        line("CONNECT a:443 HTTP/1.1", "connect-method", status: 405),
        line("GET /\(String(repeating: "x", count: 9000)) HTTP/1.1", "target-too-long", status: 414),
        // Lines and fields (RFC 9112, 2.2 and 5).
        HostileRequest("GET /1 HTTP/1.1\nHost: a\n\n", "bare-line-feed"),
        host("Host: a\nX: y\r\n", "bare-line-feed"),
        host("Host: a\rX: y\r\n", "bare-carriage-return"),
        field("X: y\r\n z", "folded-field"),
        field("X: y\r\n\tz", "folded-field"),
        field("X : y", "blank-before-colon"),
        field("X", "field-without-colon"),
        field(": y", "field-name"),
        field("X(: y", "field-name"),
        field("X: a\u{0}b", "control-in-field"),
        field("X: \u{7F}", "control-in-field"),
        field("X: \(String(repeating: "y", count: 17000))", "head-too-large", status: 431),
        field(String(repeating: "X: y\r\n", count: 130), "too-many-fields", status: 431),
        // Host (RFC 9112, 3.2).
        host("", "host-missing"),
        host("Host: a\r\nHost: a\r\n", "host-repeated"),
        host("Host: a b\r\n", "host"),
        host("Host: a/b\r\n", "host"),
        host("Host: u@a\r\n", "host"),
        host("Host: a:99999\r\n", "host"),
        host("Host: [::1\r\n", "host"),
        // Where a body ends (RFC 9112, 6).
        field("Content-Length: 5\r\nTransfer-Encoding: chunked", "length-and-coding"),
        field("Transfer-Encoding: chunked\r\nContent-Length: 5", "length-and-coding"),
        field("Content-Length: +5", "content-length"),
        field("Content-Length: 5, 5", "content-length"),
        field("Content-Length:", "content-length"),
        field("Content-Length: 99999999999999999999", "content-length"),
        field("Content-Length: 5\r\nContent-Length: 5", "content-length-repeated"),
        field("Transfer-Encoding: chunked, chunked", "transfer-coding"),
        field("Transfer-Encoding: chunked, gzip", "transfer-coding"),
        field("Transfer-Encoding: identity", "transfer-coding"),
        field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "transfer-coding"),
        field("Transfer-Encoding: gzip, chunked", "transfer-coding-unknown", status: 501),
        field("Transfer-Encoding: \u{B}chunked", "control-in-field"),
        HostileRequest(
            "POST /1 HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "transfer-coding-in-http10"),
        // What is asked of the proxy itself (RFC 9110, 7.6 and 10.1.1).
        field("Connection: host", "connection-option"),
        field("Connection: close, content-length", "connection-option"),
        field("Expect: 200-ok", "expectation", status: 417),
        HostileRequest("OPTIONS /1 HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n", "max-forwards"),
    ]

    /// Bodies whose coding breaks (RFC 9112, 7.1).
    static let bodies: [HostileRequest] = [
        chunks("xyz\r\n", "chunk-size"),
        chunks("-1\r\n", "chunk-size"),
        chunks("0x5\r\nhello\r\n", "chunk-size"),
        chunks("5 \r\nhello\r\n", "chunk-size"),
        chunks("5\nhello\r\n", "chunk-size"),
        chunks("10000000000000005\r\nhello\r\n", "chunk-size"),
        chunks("5;\u{1}\r\nhello\r\n", "chunk-extension"),
        chunks("5;\(String(repeating: "x", count: 300))\r\nhello\r\n", "chunk-extension"),
        chunks("5\r\nhello5\r\nhello\r\n", "chunk-end"),
        chunks("5\r\nhello\n0\r\n\r\n", "chunk-end"),
        chunks("0\r\n folded\r\n\r\n", "trailer"),
        chunks("0\r\nX: y\n\r\n", "trailer"),
    ]
}
