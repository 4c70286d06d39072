import Foundation
import Synchronization
import Telemetry
import Testing

import LoadBalancer

@Suite("Admin pages")
struct AdminPagesTests {
    @Test func `only GET and HEAD of four paths are answered`() {
        let pages = AdminPages(source: PlayedSource(), now: { 0 })
        for path in ["/", "/metrics", "/status", "/health"] {
            #expect(pages.answer(method: "GET", path: path).status == 200)
            #expect(pages.answer(method: "HEAD", path: path) == pages.answer(method: "GET", path: path))
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "get"] {
                #expect(pages.answer(method: method, path: path).status == 405)
            }
        }
        #expect(pages.answer(method: "GET", path: "/metrics/").status == 404)
        #expect(pages.answer(method: "POST", path: "/x").status == 404)
    }

    @Test func `health is refused while draining`() {
        let source = PlayedSource()
        let pages = AdminPages(source: source, now: { 0 })
        #expect(pages.answer(method: "GET", path: "/health").body == "ok\n")
        source.change { $0.isDraining = true }
        #expect(pages.answer(method: "GET", path: "/health") == .init(status: 503, body: "draining\n"))
    }

    @Test func `rates and quantiles are those of the last ten seconds`() throws {
        let source = PlayedSource()
        let time = PlayedTime()
        let pages = AdminPages(source: source, now: { time.now })
        let histogram = Histogram()
        for second in 0..<20 {
            time.now = UInt64(1_000 + second) * 1_000_000_000
            // 100 requests in each of the first ten seconds, then 5 in each of the last.
            for _ in 0..<(second < 10 ? 100 : 5) { histogram.record(nanoseconds: second < 10 ? 1_000_000 : 9_000_000) }
            source.change { snapshot in
                snapshot.listeners[0].requests += second < 10 ? 100 : 5
                snapshot.listeners[0].durations = histogram.snapshot()
            }
            pages.sample()
        }
        time.now += 1_000_000_000
        let json = pages.answer(method: "GET", path: "/status").body
        let status = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let listener = try #require((status["listeners"] as? [[String: Any]])?.first)
        // The oldest of the eleven samples is that of second 9; 50 requests came in the eleven seconds since.
        #expect(abs((listener["requests_per_second"] as? Double ?? 0) - 50.0 / 11) < 1e-9)
        #expect(listener["requests_total"] as? Int == 1_050)
        let p50 = (listener["milliseconds"] as? [String: Double])?["p50"] ?? 0
        #expect((9...9.6).contains(p50))
    }

    @Test func `the status says what is known of servers, routes, reasons and the log`() throws {
        let source = PlayedSource()
        let pages = AdminPages(source: source, now: { 7_000_000_000 })
        let status = try #require(
            try JSONSerialization.jsonObject(with: Data(pages.answer(method: "GET", path: "/status").body.utf8))
                as? NSDictionary)
        #expect(status["uptime_seconds"] as? Double == 6)
        #expect(status["reasons"] as? [String: Int] == ["no-server-up": 3])
        #expect(status["access_log"] as? NSDictionary == ["written": 10, "dropped": 2, "failing": true])
        let server = try #require(((status["pools"] as? [[String: Any]])?.first?["servers"] as? [[String: Any]])?.first)
        #expect(
            server as NSDictionary == [
                "name": "a\"<b>", "address": "127.0.0.1:9001", "weight": 3, "state": "down", "state_seconds": 4.0,
                "checks": 9, "check_failures": 4, "last_failure": "status 500", "in_flight": 2, "requests": 70,
                "failures": 1,
            ])
        #expect((status["routes"] as? [[String: String]]) == [["host": "app.example", "pool": "web"]])
    }

    @Test func `metrics are what the snapshot says, each server once`() {
        let text = AdminPages(source: PlayedSource(), now: { 0 }).answer(method: "GET", path: "/metrics").body
        for line in [
            #"apus_server_up{pool="web",server="127.0.0.1:9001"} 0"#,
            #"apus_server_up{pool="web",server="127.0.0.1:9001#2"} 1"#,
            #"apus_server_check_failures_total{pool="web",server="127.0.0.1:9001"} 4"#,
            #"apus_reasons_total{reason="no-server-up"} 3"#, #"apus_reasons_total{reason="host"} 0"#,
            #"apus_listener_responses_total{listener="web",class="5xx"} 8"#,
            #"apus_listener_duration_seconds_count{listener="web"} 1"#, "apus_access_log_dropped_total 2",
            "apus_start_time_seconds 1.0",
        ] { #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)") }
        let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: " ").first
        }
        #expect(Set(samples).count == samples.count)
    }

    @Test func `the page brings everything along and makes no markup of names`() {
        let page = StatusPage.html
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src="))
        #expect(!page.contains("innerHTML") && page.contains("fetch('status')"))
    }
}

/// A clock that a test sets.
private final class PlayedTime: Sendable {
    private let time = Mutex<UInt64>(0)
    var now: UInt64 {
        get { time.withLock(\.self) }
        set { time.withLock { $0 = newValue } }
    }
}

/// A load balancer's totals, as a test says.
final class PlayedSource: StatusSource {
    private let current: Mutex<Snapshot>

    init() {
        var snapshot = Snapshot(version: "1.2.3", started: 1_000_000_000)
        var listener = Snapshot.Listener(name: "web", addresses: ["127.0.0.1:8080"], transport: .http)
        listener.responses[4] = 8
        let histogram = Histogram()
        histogram.record(nanoseconds: 2_000_000)
        listener.durations = histogram.snapshot()
        snapshot.listeners = [listener]
        snapshot.routes = [.init(listener: nil, host: "app.example", path: nil, pool: "web")]
        var down = Snapshot.Server(
            name: "a\"<b>", address: "127.0.0.1:9001", weight: 3,
            health: .init(state: .down, since: 3_000_000_000, failure: "status 500", checks: 9, failures: 4))
        (down.inFlight, down.requests, down.failures) = (2, 70, 1)
        let same = Snapshot.Server(name: "b", address: "127.0.0.1:9001", weight: 1, health: .init())
        snapshot.pools = [.init(name: "web", balance: .roundRobin, servers: [down, same])]
        snapshot.reasons = [.init(code: "no-server-up", count: 3), .init(code: "host", count: 0)]
        snapshot.accessLog = .init(written: 10, dropped: 2, isFailing: true)
        current = Mutex(snapshot)
    }

    func change(_ body: (inout Snapshot) -> Void) { current.withLock { body(&$0) } }

    func snapshot() -> Snapshot { current.withLock(\.self) }
}
