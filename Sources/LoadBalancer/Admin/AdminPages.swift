import Linux
import Telemetry

/// What the admin endpoint answers to which request: all of it but the sockets.
package final class AdminPages: Sendable {
    package struct Answer: Equatable {
        package var status = 200
        package var contentType = "text/plain; charset=utf-8"
        package var body: String
        /// Whether a browser shows it and runs its script.
        package var isPage = false

        package init(
            status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String, isPage: Bool = false
        ) {
            (self.status, self.contentType, self.body, self.isPage) = (status, contentType, body, isPage)
        }
    }

    /// One moment's totals, for rates.
    struct Sample { var time: UInt64, snapshot: Snapshot }

    private let source: any StatusSource
    private let now: @Sendable () -> UInt64
    // The last eleven seconds' totals, the oldest first.
    private let samples = Guarded<[Sample]>([])

    /// Shows what `source` has; `now` is real time in nanoseconds.
    package init(source: any StatusSource, now: @escaping @Sendable () -> UInt64) {
        (self.source, self.now) = (source, now)
    }

    /// Remembers the totals of this moment; called about once a second.
    package func sample() {
        let sample = Sample(time: now(), snapshot: source.snapshot())
        samples.withLock { samples in
            samples.append(sample)
            if samples.count > 11 { samples.removeFirst() }
        }
    }

    package func answer(method: String, path: String) -> Answer {
        guard ["/", "/metrics", "/status", "/health"].contains(path) else {
            return Answer(status: 404, body: "There are /, /metrics, /status and /health.\n")
        }
        guard method == "GET" || method == "HEAD" else {
            return Answer(status: 405, body: "Only GET and HEAD are allowed.\n")
        }
        switch path {
        case "/metrics":
            return Answer(contentType: PrometheusText.contentType, body: MetricsPage.text(of: source.snapshot()))
        case "/status": return status()
        case "/health":
            return source.snapshot().isDraining ? Answer(status: 503, body: "draining\n") : Answer(body: "ok\n")
        default: return Answer(contentType: "text/html; charset=utf-8", body: StatusPage.html, isPage: true)
        }
    }

    private func status() -> Answer {
        let current = Sample(time: now(), snapshot: source.snapshot())
        let oldest = samples.withLock(\.first)
        do {
            let report = StatusReport(current, since: oldest)
            return Answer(contentType: "application/json", body: try report.json())
        } catch {
            return Answer(status: 500, body: "\(error)\n")
        }
    }
}
