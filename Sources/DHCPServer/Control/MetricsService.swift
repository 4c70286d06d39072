import DHCP
import Linux
import Telemetry

/// Serves `GET /metrics` for Prometheus, and `/health`.
final class MetricsService: Sendable {
    private let server: ConnectionServer

    init(address: SocketAddress, loop: LoopHandle) throws(SystemError) {
        let listener = try Socket.listening(on: address, isShared: false)
        server = try ConnectionServer(listener: listener, name: "metrics") { descriptor in
            guard let request = ConnectionServer.receive(until: [13, 10, 13, 10], limit: 8192, from: descriptor) else {
                return
            }
            let line = String(decoding: request.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ")
            let isGet = line.count == 3 && line[0] == "GET"
            switch isGet ? line[1] : "" {
            case "/metrics":
                let text = loop.ask { $0.metrics }
                Self.answer(text == nil ? "503 Service Unavailable" : "200 OK", text ?? "busy\n", to: descriptor)
            case "/health": Self.answer("200 OK", "ok\n", to: descriptor)
            default: Self.answer(isGet ? "404 Not Found" : "400 Bad Request", "/metrics or /health\n", to: descriptor)
            }
        }
    }

    func stop() { server.stop() }

    private static func answer(_ status: String, _ body: String, to descriptor: Int32) {
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: \(PrometheusText.contentType)\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        _ = ConnectionServer.send(head + body, to: descriptor)
    }
}

extension ServerLoop {
    /// Everything that is counted, for Prometheus.
    var metrics: String {
        var text = PrometheusText()
        text.begin("apus_dhcp_answered_total", .counter, help: "Messages answered, by the answer's type.")
        for (key, count) in tally.answered {
            text.sample(count, ["message": "\(key.message)", "answer": "\(key.outcome)"])
        }
        text.begin("apus_dhcp_dropped_total", .counter, help: "Messages and frames not answered, by the reason.")
        for (key, count) in tally.dropped {
            text.sample(count, ["message": "\(key.message)", "reason": "\(key.outcome)"])
        }
        text.begin("apus_dhcp_refused_total", .counter, help: "Requests refused (NAK), by the reason.")
        for (reason, count) in tally.refused { text.sample(count, ["reason": "\(reason)"]) }
        text.begin("apus_dhcp_leases_ended_total", .counter, help: "Leases that ended or were declined, by the reason.")
        for (reason, count) in tally.ended { text.sample(count, ["reason": "\(reason)"]) }
        text.begin("apus_dhcp_commits_total", .counter, help: "Commits of leases.")
        text.sample(tally.commits)
        text.begin("apus_dhcp_committed_changes_total", .counter, help: "Changes of leases in those commits.")
        text.sample(tally.changes)
        text.begin("apus_dhcp_commit_seconds_total", .counter, help: "Time that the commits took.")
        text.sample(real: Double(tally.commitTime) / 1e9)
        text.begin("apus_dhcp_failed_commits_total", .counter, help: "Commits that failed; nobody was answered.")
        text.sample(tally.failedCommits)
        text.begin("apus_dhcp_unsent_total", .counter, help: "Answers that the kernel did not take.")
        text.sample(tally.unsent)
        text.begin("apus_dhcp_lost_frames_total", .counter, help: "Frames that the kernel had no room for.")
        text.sample(UInt64(lostFrames))
        text.begin("apus_dhcp_leases", .gauge, help: "Leases known, in whatever state.")
        text.sample(UInt64(conduct.table.count), ["family": "v4"])
        text.sample(UInt64(conduct6.table.count), ["family": "v6"])
        text.begin("apus_dhcp_pool_size", .gauge, help: "Addresses, or prefixes, of a pool.")
        for pool in fills { text.sample(real: pool.size, ["network": pool.network, "pool": pool.range]) }
        text.begin("apus_dhcp_pool_free", .gauge, help: "Those of them that are free.")
        for pool in fills { text.sample(real: pool.free, ["network": pool.network, "pool": pool.range]) }
        text.begin("apus_dhcp_pool_quarantined", .gauge, help: "Those of them that rest since they were declined.")
        for pool in fills { text.sample(real: pool.quarantined, ["network": pool.network, "pool": pool.range]) }
        return text.text
    }

    private var fills: [(network: String, range: String, size: Double, free: Double, quarantined: Double)] {
        conduct.poolFill.map {
            ($0.network, "\($0.first)-\($0.last)", Double($0.size), Double($0.free), Double($0.quarantined))
        }
            + conduct6.poolFill.map {
                ($0.network, "\($0.first)-\($0.last)", Double($0.size), Double($0.free), Double($0.quarantined))
            }
    }
}
