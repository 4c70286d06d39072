import Telemetry

/// What one thread of the data plane counts: it alone writes, everybody reads.
package final class WorkerMetrics: Sendable {
    /// What is counted for each listener.
    package enum ListenerCounter: Int, CaseIterable {
        case accepted, closed, requests, interim, success, redirection, clientError, serverError, received, sent
    }

    /// What is counted for each server, over all pools.
    package enum ServerCounter: Int, CaseIterable {
        case dispatched, failures, connections, reused, retries
    }

    private let listeners: Counters
    private let servers: Counters
    private let reasons = Counters(count: Reason.allCases.count)
    /// From a request's head to the last octet of its answer, for each listener; of connections for TCP.
    let durations: [Histogram]

    package init(listeners: Int, servers: Int) {
        self.listeners = Counters(count: max(1, listeners * ListenerCounter.allCases.count))
        self.servers = Counters(count: max(1, servers * ServerCounter.allCases.count))
        durations = (0..<listeners).map { _ in Histogram() }
    }

    @inline(__always)
    func count(_ counter: ListenerCounter, _ listener: Int, by amount: UInt64 = 1) {
        listeners.add(amount, at: listener * 10 + counter.rawValue)
    }

    @inline(__always)
    func count(_ counter: ServerCounter, _ server: Int, by amount: UInt64 = 1) {
        servers.add(amount, at: server * 5 + counter.rawValue)
    }

    func count(_ reason: Reason) { reasons.add(at: Int(reason.rawValue)) }

    /// A listener's count, for any thread.
    package func value(_ counter: ListenerCounter, _ listener: Int) -> UInt64 {
        listeners.value(at: listener * 10 + counter.rawValue)
    }

    /// A server's count, for any thread.
    package func value(_ counter: ServerCounter, _ server: Int) -> UInt64 {
        servers.value(at: server * 5 + counter.rawValue)
    }

    /// How often a reason occurred, for any thread.
    package func value(_ reason: Reason) -> UInt64 { reasons.value(at: Int(reason.rawValue)) }
}
