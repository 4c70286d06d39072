import Linux
import Reactor

/// The loop on the health checker's thread: starts checks when they are due, goes on with those under way, judges.
struct HealthLoop: ~Copyable {
    private let targets: [Int: HealthTarget]
    private let table: ServerTable
    private let report: @Sendable (HealthChecker.Event) -> Void
    private var poller: EpollPoller
    private var schedule: HealthSchedule<SystemRandomNumberGenerator>
    private var states: [Int: HealthState]
    // Checks under way, by a number that is never used again, so that a late event meets no other check.
    private var probes: [UInt64: HealthProbe] = [:]
    private var started: UInt64 = 0

    /// How long a response's rest is awaited after the verdict, in nanoseconds.
    private static let patience: UInt64 = 250_000_000

    init(
        targets: [HealthTarget], poller: consuming EpollPoller, table: ServerTable,
        report: @escaping @Sendable (HealthChecker.Event) -> Void
    ) {
        self.targets = Dictionary(uniqueKeysWithValues: targets.map { ($0.server, $0) })
        (self.table, self.report) = (table, report)
        self.poller = poller
        schedule = HealthSchedule(
            intervals: targets.map { ($0.server, $0.interval) }, now: Clock.monotonic,
            random: SystemRandomNumberGenerator())
        states = Dictionary(
            uniqueKeysWithValues: targets.map { ($0.server, HealthState(rise: $0.rise, fall: $0.fall)) })
    }

    deinit {
        for probe in probes.values { probe.close() }
    }

    /// Does what is due, then waits for what comes.
    mutating func turn() {
        var now = Clock.monotonic
        while let server = schedule.start(at: now) { start(server, now: now) }
        expire(at: now)
        let next = min(probes.values.lazy.map(\.deadline).min() ?? .max, schedule.next ?? .max)
        now = Clock.monotonic
        let count = poller.wait(nanoseconds: next <= now ? 0 : min(next - now, 10_000_000_000))
        for index in 0..<count {
            let (token, readiness) = poller.event(index)
            advance(token, readiness)
        }
    }

    private mutating func start(_ server: Int, now: UInt64) {
        guard let target = targets[server] else { preconditionFailure("only targets are planned") }
        switch HealthProbe.start(target, now: now) {
        case .failure(let failure): judge(server, failure)
        case .success(let probe):
            started += 1
            do throws(SystemError) {
                // Registered after connect: a socket that has not begun to connect would be told of as hung up.
                try poller.add(probe.descriptor, token: started)
                probes[started] = probe
            } catch {
                probe.close()
                judge(server, .local(error.call, error.code))
            }
        }
    }

    private mutating func advance(_ token: UInt64, _ readiness: Readiness) {
        // Taken out, and put back changed: a check is one of at most 64.
        guard var probe = probes.removeValue(forKey: token) else { return }
        if !probe.isDraining {
            switch probe.advance(readiness) {
            case .pending: break
            case .healthy: judge(probe.server, nil)
            case .failed(let failure): judge(probe.server, failure)
            }
            if probe.isDecided { probe.linger(until: Clock.monotonic + Self.patience) }
        }
        if probe.isDecided, !probe.isDraining || probe.drain() {
            probe.close()
        } else {
            probes[token] = probe
        }
    }

    private mutating func expire(at now: UInt64) {
        for (token, probe) in probes where probe.deadline <= now {
            probes[token] = nil
            if !probe.isDecided { judge(probe.server, probe.timeout) }
            probe.close()
        }
    }

    private mutating func judge(_ server: Int, _ failure: HealthFailure?) {
        schedule.finish(server)
        // A check that we could not make says nothing of the server.
        if case .local = failure { return enter(server, failure) }
        guard let target = targets[server], let event = states[server]?.receive(isHealthy: failure == nil) else {
            return enter(server, failure)
        }
        enter(server, failure)
        report(
            HealthChecker.Event(
                pool: target.poolName, server: target.serverName, isUp: event == .cameUp,
                failure: failure?.description))
    }

    private func enter(_ server: Int, _ failure: HealthFailure?) {
        table.enter(
            states[server]?.state ?? .unchecked, failure: failure?.description, of: server, now: Int64(Clock.real))
    }
}
