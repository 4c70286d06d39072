import LoadBalancer
import Simulation
import Testing

/// Peers that take their time, and the limits that end it.
@Suite("Limits on time")
struct TimeLimitTests {
    private static let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n"
    private static let get = RawSite.Step.octets("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    private static let large: [RawSite.Step] = [
        .octets("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"), .body(200_000),
    ]

    /// A body of 40 octets, one in each `seconds`.
    private func drip(every seconds: Double, rate: Int) throws -> (text: String, ended: Double?) {
        // The backend answers when the body should be there.
        let answer: [RawSite.Step] = [
            .pause(seconds: seconds * 40 + 5), .octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain"),
        ]
        var site = try RawSite(answers: [answer]) { $0.limits.bodyRate = rate }
        let dripping = (0..<40).flatMap { _ in [RawSite.Step.pause(seconds: seconds), .octets("x")] }
        let client = site.client(.octets(Self.post))
        site.add(dripping, to: client)
        site.run(seconds: 1000)
        return (site.ends[client]?.text ?? "", site.ends[client]?.ended?.seconds)
    }

    @Test func `a body that drips is refused when its pace is too low`() throws {
        let (text, ended) = try drip(every: 20, rate: 240)
        #expect(text.hasPrefix("HTTP/1.1 408 ") && text.contains("details=\"body-rate\""), "\(text)")
        #expect((29.0...33.0).contains(ended ?? 0), "\(ended ?? 0)")
    }

    @Test func `it is taken where no pace is asked for, or when it is done in the time of one piece`() throws {
        #expect(try drip(every: 20, rate: 0).text.hasSuffix("plain"))
        #expect(try drip(every: 0.5, rate: 240).text.hasSuffix("plain"))
    }

    @Test func `a backend that does not take the body is the one to blame`() throws {
        var site = try RawSite()
        site.backendPace = (most: 1, nanoseconds: 3_600_000_000_000)
        let client = site.client(
            .octets("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n"), .body(400_000))
        site.run(seconds: 100)
        let text = site.ends[client]?.text ?? ""
        #expect(text.hasPrefix("HTTP/1.1 504 ") && text.contains("details=\"response-timeout\""), "\(text)")
    }

    @Test(arguments: [(Reason.clientSlow, 100), (Reason.responseStalled, 0)])
    func `who takes an answer too slowly is cut`(reason: Reason, perSecond: Int) throws {
        var site = try RawSite(answers: [Self.large])
        let pace = (most: max(1, perSecond), nanoseconds: UInt64(perSecond == 0 ? 3_600_000_000_000 : 1_000_000_000))
        let client = site.client(Self.get, taking: pace)
        site.run(seconds: 120)
        #expect(site.worker.metrics.value(reason) == 1)
        #expect(site.worker.clients == 0 && site.worker.heldOctets == 0)
        #expect((site.ends[client]?.received.count ?? 0) < 20_000)
    }

    @Test func `who takes it at a tolerable pace gets all of it`() throws {
        var site = try RawSite(answers: [Self.large])
        let client = site.client(Self.get, taking: (most: 400, nanoseconds: 1_000_000_000))
        site.run(seconds: 700)
        #expect(site.ends[client]?.text.hasSuffix("xxxx") == true)
        #expect((site.ends[client]?.received.count ?? 0) > 200_000)
        #expect(site.worker.metrics.value(.clientSlow) == 0)
    }

    @Test func `a backend that speaks now and then is let to`() throws {
        var answer: [RawSite.Step] = [.octets("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")]
        for _ in 0..<10 { answer += [.pause(seconds: 25), .octets("x")] }
        var site = try RawSite(answers: [answer])
        let client = site.client(Self.get)
        site.run(seconds: 300)
        #expect(site.ends[client]?.text.hasSuffix("\r\n\r\nxxxxxxxxxx") == true)
    }

    @Test func `an exchange ends with timeouts.total, answered or not`() throws {
        var answer: [RawSite.Step] = [.octets("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")]
        for _ in 0..<100 { answer += [.pause(seconds: 1), .octets("x")] }
        var site = try RawSite(answers: [answer, [.pause(seconds: 60)]]) { $0.timeouts.total = .seconds(5) }
        let first = site.client(Self.get)
        let second = site.client(Self.get)
        site.run(seconds: 20)
        let ends = [first, second].compactMap { site.ends[$0] }
        #expect(ends.contains { $0.text.hasPrefix("HTTP/1.1 504 ") && $0.text.contains("total-timeout") })
        let cut = ends.first { $0.text.hasPrefix("HTTP/1.1 200 ") }?.ended
        #expect(cut?.isReset == true && (4.9...5.1).contains(cut?.seconds ?? 0), "\(String(describing: cut))")
        #expect(site.worker.metrics.value(.totalTimeout) == 2)
    }

    @Test func `requests that are answered here wait for a client that takes no answers`() throws {
        var site = try RawSite { $0.listeners[0].pool = nil }
        let many = String(repeating: "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", count: 50_000)
        let client = site.client(.octets(many), taking: (most: 1, nanoseconds: 3_600_000_000_000))
        site.run(seconds: 10)
        #expect(site.worker.metrics.value(.noRoute) > 100)
        #expect(site.mostHeld < 256 << 10, "\(site.mostHeld) octets for one client")
        site.run(seconds: 100)
        #expect(site.worker.clients == 0 && site.ends[client] != nil)
        #expect(site.worker.metrics.value(.responseStalled) == 1)
    }
}
