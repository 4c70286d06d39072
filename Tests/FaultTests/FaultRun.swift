import Glibc
import Linux
import LoadBalancer
import Logging
import ServiceLifecycle
import SystemPackage
import Telemetry

/// A whole load balancer from its start to its end, asked for all that it does; one of its calls may fail.
struct FaultRun {
    /// What is behind it: other processes, so that only our calls are counted.
    struct Backends: Codable, Sendable {
        var plain: UInt16
        var encrypted: UInt16
        var authority: String
        var folder: String
        /// Where the table of all runs goes.
        var report: String { folder + "/report" }
    }

    let backends: Backends
    /// Whether a client is waited for that takes nothing, which takes its time.
    var hasStalledClient = false

    struct Report {
        /// What must not have happened.
        var faults: [String] = []
        var statuses: [Int: Int] = [:]
        var closed = 0
        var didStart = true
    }

    static let large = 700 << 10

    func run() async -> Report {
        var report = Report()
        let runtime: Runtime
        do {
            let logger = Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }
            runtime = try Runtime(configuration, version: "test", logger: logger)
        } catch {
            report.didStart = false
            return report
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: runtime, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
        let running = Task { try await group.run() }
        let ports = Dictionary(uniqueKeysWithValues: runtime.addresses.map { ($0.listener, $0.address.port) })
        let outcome = Guarded<(report: Report, isDone: Bool)>((report, false))
        // Clients wait in the kernel, which tasks must not.
        let callers = Linux.Thread(name: "callers") { [self] in
            var report = Report()
            call(http: ports["web"] ?? 0, tcp: ports["stream"] ?? 0, runtime, &report)
            outcome.withLock { $0 = (report, true) }
        }
        while !outcome.withLock({ $0.isDone }) { try? await Task.sleep(for: .milliseconds(1)) }
        callers.join()
        report = outcome.withLock { $0.report }
        // One has asked and goes on, one has asked nothing: both see an end.
        let idle = Caller(port: ports["web"] ?? 0)
        idle.send("GET /small HTTP/1.1\r\nHost: plain\r\n\r\n")
        if idle.answer() == .silent { report.faults.append("no answer before the end") }
        await group.triggerGracefulShutdown()
        let late = Guarded(false)
        let watch = Task {
            try await Task.sleep(for: .seconds(8))
            late.withLock { $0 = true }
        }
        _ = try? await running.value
        watch.cancel()
        if late.withLock({ $0 }) { report.faults.append("the end took longer than draining may") }
        if idle.rest() == nil { report.faults.append("a client's connection survived the end") }
        return report
    }

    private func call(http: UInt16, tcp: UInt16, _ runtime: Runtime, _ report: inout Report) {
        func note(_ outcome: Caller.Outcome, _ what: String) {
            switch outcome {
            case .answered(let status): report.statuses[status, default: 0] += 1
            case .closed: report.closed += 1
            case .silent: report.faults.append("\(what): neither an answer nor an end")
            }
        }
        let stalled = hasStalledClient ? Caller(port: http, window: 4096) : nil
        stalled?.send("GET /large HTTP/1.1\r\nHost: plain\r\n\r\n")
        for host in ["plain", "encrypted"] {
            let caller = Caller(port: http)
            for path in ["/small", "/small", "/large"] {
                caller.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                note(caller.answer(), "\(host) \(path)")
            }
            caller.send("POST /small HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 100000\r\n\r\n", body: 100_000)
            note(caller.answer(), "\(host) POST")
        }
        runtime.reopenLog()
        let slow = Caller(port: http, window: 4096)
        slow.send("GET /large HTTP/1.1\r\nHost: plain\r\nConnection: close\r\n\r\n")
        usleep(2000)
        note(slow.answer(), "a slow reader")
        let wrong = Caller(port: http)
        wrong.send("GET / HTTP/1.1\r\n\r\n")
        note(wrong.answer(), "a refusal")
        let stream = Caller(port: tcp)
        stream.send("GET /large HTTP/1.1\r\nHost: plain\r\nConnection: close\r\n\r\n")
        stream.endWriting()
        if let count = stream.rest() {
            report.statuses[count > Self.large ? 200 : 0, default: 0] += 1
        } else {
            report.faults.append("a stream without an end")
        }
        // Long enough for two looks at what it takes.
        if hasStalledClient { usleep(1_500_000) }
        if stalled?.rest() == nil, hasStalledClient { report.faults.append("a client that takes nothing stays") }
        // Whatever failed, others are served.
        for attempt in 1... {
            let caller = Caller(port: http)
            caller.send("GET /small HTTP/1.1\r\nHost: plain\r\nConnection: close\r\n\r\n")
            let outcome = caller.answer()
            if outcome == .answered(200) { break }
            if attempt == 30 { return report.faults.append("nobody is served any more: \(outcome)") }
            usleep(50_000)
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.process.threads = 1
        configuration.process.connections = 64
        configuration.process.drain = .seconds(5)
        configuration.accessLog = Configuration.AccessLog(path: "\(backends.folder)/access.log")
        configuration.timeouts.head = .milliseconds(800)
        configuration.timeouts.idle = .milliseconds(1500)
        configuration.timeouts.connect = .milliseconds(800)
        configuration.timeouts.response = .milliseconds(800)
        configuration.timeouts.body = .milliseconds(600)
        configuration.timeouts.tunnel = .milliseconds(1500)
        let loopback = SocketAddress(ipv4: 0x7F00_0001, port: 0)
        var web = Configuration.Listener(name: "web", addresses: [loopback])
        web.pool = 0
        var stream = Configuration.Listener(name: "stream", addresses: [loopback])
        (stream.transport, stream.pool) = (.tcp, 0)
        configuration.listeners = [web, stream]
        configuration.pools = [pool("plain", backends.plain), pool("encrypted", backends.encrypted)]
        configuration.pools[1].tls = Configuration.UpstreamTLS()
        configuration.pools[1].tls?.authorities = backends.authority
        var route = Configuration.Route(pool: 1)
        route.host = "encrypted"
        configuration.routes = [route]
        return configuration
    }

    private func pool(_ name: String, _ port: UInt16) -> Configuration.Pool {
        let address = SocketAddress(ipv4: 0x7F00_0001, port: port)
        var pool = Configuration.Pool(
            name: name, servers: [Configuration.Server(name: "localhost:\(port)", address: address)])
        // The first look comes at once and decides; when that failed the next one brings the server back.
        var health = Configuration.HealthCheck(kind: .http(path: "/small", host: nil, expect: 200...299))
        (health.interval, health.timeout, health.rise) = (.milliseconds(400), .milliseconds(300), 1)
        pool.health = health
        return pool
    }
}
