import Telemetry

/// What `/metrics` says; the names are a promise.
enum MetricsPage {
    static func text(of snapshot: Snapshot) -> String {
        var metrics = PrometheusText()
        metrics.begin("apus_info", .gauge, help: "Always 1; the label tells the version.")
        metrics.sample(1, ["version": snapshot.version])
        metrics.begin("apus_start_time_seconds", .gauge, help: "When the process started, in Unix time.")
        metrics.sample(real: Double(snapshot.started) / 1e9)
        metrics.begin("apus_draining", .gauge, help: "Whether only what is under way is finished.")
        metrics.sample(snapshot.isDraining ? 1 : 0)
        metrics.begin("apus_connection_limit", .gauge, help: "Client connections that there may be at one time.")
        metrics.sample(UInt64(max(0, snapshot.connectionLimit)))
        metrics.begin("apus_reasons_total", .counter, help: "Answers and closes of the proxy's own, by reason code.")
        for reason in snapshot.reasons { metrics.sample(reason.count, ["reason": reason.code]) }
        append(snapshot.listeners, to: &metrics)
        append(snapshot.pools, to: &metrics)
        if let log = snapshot.accessLog {
            metrics.begin("apus_access_log_lines_total", .counter, help: "Lines written to the access log.")
            metrics.sample(log.written)
            metrics.begin("apus_access_log_dropped_total", .counter, help: "Lines lost because the log was too slow.")
            metrics.sample(log.dropped)
            metrics.begin("apus_access_log_failing", .gauge, help: "Whether the log cannot be written now.")
            metrics.sample(log.isFailing ? 1 : 0)
        }
        return metrics.text
    }

    private static func append(_ listeners: [Snapshot.Listener], to metrics: inout PrometheusText) {
        func each(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (Snapshot.Listener) -> UInt64
        ) {
            metrics.begin("apus_listener_\(name)", kind, help: help)
            for listener in listeners { metrics.sample(value(listener), ["listener": listener.name]) }
        }
        each("connections", .gauge, "Client connections open.", \.active)
        each("connections_total", .counter, "Client connections taken.", \.accepted)
        each("requests_total", .counter, "Requests.", \.requests)
        each("received_bytes_total", .counter, "Octets from clients.", \.received)
        each("sent_bytes_total", .counter, "Octets to clients.", \.sent)
        metrics.begin("apus_listener_responses_total", .counter, help: "Responses by class of status.")
        for listener in listeners where listener.transport == .http {
            for index in listener.responses.indices {
                metrics.sample(listener.responses[index], ["listener": listener.name, "class": "\(index + 1)xx"])
            }
        }
        metrics.begin(
            "apus_listener_duration_seconds", .histogram,
            help: "From a request's first octet to its response's last; for TCP, how long connections lasted.")
        for listener in listeners { metrics.sample(listener.durations, ["listener": listener.name]) }
    }

    private static func append(_ pools: [Snapshot.Pool], to metrics: inout PrometheusText) {
        func each(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (Snapshot.Server) -> UInt64) {
            metrics.begin("apus_server_\(name)", kind, help: help)
            for pool in pools {
                // One address may stand in a pool twice, and two samples must not have the same labels.
                var seen: [String: Int] = [:]
                for server in pool.servers {
                    seen[server.address, default: 0] += 1
                    let count = seen[server.address] ?? 1
                    let address = count > 1 ? "\(server.address)#\(count)" : server.address
                    metrics.sample(value(server), ["pool": pool.name, "server": address])
                }
            }
        }
        each("up", .gauge, "Whether the server gets traffic.") { $0.health.state == .down ? 0 : 1 }
        each("checked", .gauge, "Whether a health check has finished.") { $0.health.state == .unchecked ? 0 : 1 }
        each("checks_total", .counter, "Health checks that finished.", \.health.checks)
        each("check_failures_total", .counter, "Health checks that failed.", \.health.failures)
        each("in_flight", .gauge, "Requests or TCP connections under way.", \.inFlight)
        each("requests_total", .counter, "Requests sent, or TCP connections made.", \.requests)
        each("failures_total", .counter, "Connections that could not be made, or broke before a response.", \.failures)
    }
}
