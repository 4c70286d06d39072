import Testing

import LoadBalancer

@Suite("Health response")
struct HealthResponseTests {
    private func read(_ text: String) -> HealthResponse.Progress {
        var response = HealthResponse()
        return response.receive(text.utf8)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n", 200), ("HTTP/1.0 503 \r\n", 503), ("HTTP/1.1 404 Not\tFound \u{e4}\r\n", 404),
        ("HTTP/1.1 101 Switching Protocols\r\n", 101), ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n", 204),
        ("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\n", 200),
    ])
    func `a status is read off whole and octet by octet`(_ text: String, _ status: Int) {
        #expect(read(text) == .status(status))
        var response = HealthResponse()
        for (place, octet) in text.utf8.enumerated() {
            let isLast = place == text.utf8.count - 1
            #expect(response.receive([octet]) == (isLast ? .status(status) : .incomplete))
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\n", "HTTP/1.1 200\r\n", "HTTP/1.2 200 OK\r\n", "HTTP/2.0 200 OK\r\n", "http/1.1 200 OK\r\n",
        "HTTP/1.1  200 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 +20 OK\r\n",
        "HTTP/1.1 600 OK\r\n", "HTTP/1.1 099 OK\r\n", "HTTP/1.1 200 O\u{0}K\r\n", "HTTP/1.1 200 O\rK\r\n", "\r\n",
        "SSH-2.0-OpenSSH", "\u{15}\u{3}\u{1}", " HTTP/1.1 200 OK\r\n",
    ])
    func `what is not HTTP is refused`(_ text: String) {
        #expect(read(text) == .malformed)
    }

    @Test func `endless lines and endless interim responses are refused`() {
        #expect(read("HTTP/1.1 200 " + String(repeating: "a", count: HealthResponse.limit)) == .malformed)
        #expect(read("HTTP/1.1 100 A\r\nX: " + String(repeating: "a", count: HealthResponse.limit)) == .malformed)
    }
}
