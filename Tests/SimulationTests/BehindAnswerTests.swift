import LoadBalancer
import Simulation
import Testing

/// What comes behind an answer is nobody's (RFC 9112, 6.3): the next to use the connection must not get it.
@Suite("Octets behind an answer")
struct BehindAnswerTests {
    private static let stolen = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen"
    private static let get = RawSite.Step.octets("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")

    /// Asks once, and again after so many seconds by another client.
    private func second(_ answer: [RawSite.Step], after pause: Double) throws -> (text: String, connections: Int) {
        var site = try RawSite(answers: [answer])
        let first = site.client(Self.get)
        let other = site.client(.pause(seconds: pause), Self.get)
        site.run(seconds: 3)
        #expect(site.ends[first]?.text.hasSuffix("hello") == true)
        return (site.ends[other]?.text ?? "", site.connections)
    }

    static let answers: [[RawSite.Step]] = [
        [.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" + stolen)],
        [.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), .pause(seconds: 0.1), .octets("hello" + stolen)],
        [
            .octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"), .pause(seconds: 0.1), .octets("lo"),
            .octets(stolen),
        ],
        [.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), .pause(seconds: 0.1), .octets(stolen)],
        [.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), .pause(seconds: 0.1), .octets("\r\n")],
        [
            .octets("HTTP/1.1 200 OK\r\nContent-Length: 100005\r\n\r\n"), .pause(seconds: 0.1), .body(100_000),
            .octets("hello" + stolen),
        ],
    ]

    @Test(arguments: answers.indices, [0.2, 1.5])
    func `reach nobody, and end the connection`(index: Int, pause: Double) throws {
        let (text, connections) = try second(Self.answers[index], after: pause)
        #expect(text.hasSuffix("\r\n\r\nplain") && text.hasPrefix("HTTP/1.1 200 "), "\(text)")
        #expect(connections == 2, "the first connection is not used again")
    }

    @Test func `and where there are none it is`() throws {
        let (text, connections) = try second(
            [.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), .pause(seconds: 0.1), .octets("hello")],
            after: 0.2)
        #expect(text.hasSuffix("plain") && connections == 1)
    }
}
