import LoadBalancer
import Testing

/// What fuzzing has found, made small and kept.
@Suite("Found by fuzzing")
struct FoundTests {
    @Test(arguments: ["[4444]", "[1:2]", "[.]", "[12.3]:80"])
    func `brackets around what is no IPv6 address are no Host`(host: String) {
        // RFC 3986, 3.2.2: an IP literal in brackets is an IPv6 address.
        guard case .refused(.host) = ParsedHead.request(Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)) else {
            Issue.record("\(host) is taken")
            return
        }
    }

    @Test(arguments: ["[::]", "[::1]:80", "[2001:db8::1]", "[::ffff:192.0.2.1]:"])
    func `brackets around an IPv6 address are a Host`(host: String) {
        guard case .whole(let head) = ParsedHead.request(Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)) else {
            Issue.record("\(host) is refused")
            return
        }
        #expect(head.authority == Array(host.utf8))
    }
}
