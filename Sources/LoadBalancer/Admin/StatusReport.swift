import FoundationEssentials
import Telemetry

/// What `/status` says as JSON; keys are added, never changed.
struct StatusReport: Codable, Equatable {
    struct Listener: Codable, Equatable {
        var name: String
        var addresses: [String]
        var transport: String
        var connectionsActive: UInt64
        var connectionsTotal: UInt64
        var requestsTotal: UInt64
        /// Over the last ten seconds, or as long as there are samples; 0 before there are.
        var requestsPerSecond: Double
        var connectionsPerSecond: Double
        /// `1xx` to `5xx`.
        var responses: [String: UInt64]
        var bytesReceived: UInt64
        var bytesSent: UInt64
        /// Of the same seconds; nil while nothing was served.
        var milliseconds: Quantiles?
    }

    struct Quantiles: Codable, Equatable {
        var p50: Double
        var p90: Double
        var p99: Double
        var p999: Double
        var max: Double
    }

    struct Route: Codable, Equatable {
        var listener: String?
        var host: String?
        var path: String?
        var pool: String
    }

    struct Pool: Codable, Equatable {
        var name: String
        var balance: String
        var servers: [Server]
    }

    struct Server: Codable, Equatable {
        var name: String
        var address: String
        var weight: Int
        var state: String
        /// Seconds for which it has been in this state.
        var stateSeconds: Double
        var checks: UInt64
        var checkFailures: UInt64
        var lastFailure: String?
        var inFlight: UInt64
        var requests: UInt64
        var failures: UInt64
    }

    struct AccessLog: Codable, Equatable {
        var written: UInt64
        var dropped: UInt64
        var failing: Bool
    }

    var version: String
    var uptimeSeconds: Double
    var draining: Bool
    var workers: Int
    var connectionLimit: Int
    var listeners: [Listener]
    var routes: [Route]
    var pools: [Pool]
    /// How often the proxy itself answered, by reason code; those that happened.
    var reasons: [String: UInt64]
    var accessLog: AccessLog?

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension StatusReport {
    /// Works rates and quantiles out of two moments' totals.
    init(_ current: AdminPages.Sample, since earlier: AdminPages.Sample?) {
        let snapshot = current.snapshot
        version = snapshot.version
        uptimeSeconds = Self.seconds(from: snapshot.started, to: current.time)
        (draining, workers, connectionLimit) = (snapshot.isDraining, snapshot.workers, snapshot.connectionLimit)
        let seconds = earlier.map { Self.seconds(from: Int64($0.time), to: current.time) } ?? 0
        listeners = snapshot.listeners.map { listener in
            Listener(listener, since: earlier?.snapshot.listeners.first { $0.name == listener.name }, seconds: seconds)
        }
        routes = snapshot.routes.map { Route(listener: $0.listener, host: $0.host, path: $0.path, pool: $0.pool) }
        pools = snapshot.pools.map { pool in
            Pool(
                name: pool.name, balance: pool.balance.rawValue,
                servers: pool.servers.map { Server($0, now: current.time) })
        }
        reasons = snapshot.reasons.reduce(into: [:]) { reasons, reason in
            if reason.count > 0 { reasons[reason.code, default: 0] += reason.count }
        }
        accessLog = snapshot.accessLog.map {
            AccessLog(written: $0.written, dropped: $0.dropped, failing: $0.isFailing)
        }
    }

    fileprivate static func seconds(from start: Int64, to end: UInt64) -> Double {
        // The clock may have been set back.
        max(0, Double(Int64(end) - start) / 1e9)
    }
}

extension StatusReport.Listener {
    fileprivate init(_ listener: Snapshot.Listener, since earlier: Snapshot.Listener?, seconds: Double) {
        (name, addresses, transport) = (listener.name, listener.addresses, listener.transport.rawValue)
        (connectionsActive, connectionsTotal) = (listener.active, listener.accepted)
        requestsTotal = listener.requests
        let isRated = seconds > 0 && earlier != nil
        requestsPerSecond = isRated ? Double(listener.requests &- (earlier?.requests ?? 0)) / seconds : 0
        connectionsPerSecond = isRated ? Double(listener.accepted &- (earlier?.accepted ?? 0)) / seconds : 0
        responses = [:]
        for index in listener.responses.indices { responses["\(index + 1)xx"] = listener.responses[index] }
        (bytesReceived, bytesSent) = (listener.received, listener.sent)
        let recent = earlier.map { listener.durations.since($0.durations) } ?? listener.durations
        func milliseconds(_ share: Double) -> Double? { recent.quantile(share).map { Double($0) / 1e6 } }
        if let p50 = milliseconds(0.5), let p90 = milliseconds(0.9), let p99 = milliseconds(0.99),
            let p999 = milliseconds(0.999), let most = milliseconds(1)
        {
            self.milliseconds = .init(p50: p50, p90: p90, p99: p99, p999: p999, max: most)
        }
    }
}

extension StatusReport.Server {
    fileprivate init(_ server: Snapshot.Server, now: UInt64) {
        (name, address, weight) = (server.name, server.address, server.weight)
        state = "\(server.health.state)"
        stateSeconds = StatusReport.seconds(from: server.health.since, to: now)
        (checks, checkFailures) = (server.health.checks, server.health.failures)
        lastFailure = server.health.failure
        (inFlight, requests, failures) = (server.inFlight, server.requests, server.failures)
    }
}
