import Linux
package import Logging
import NIOCore
import OpenFlow
import ServiceLifecycle

/// Holds the engine to a switch, a database and a disk: it does what the engine says, and tells it what came of it.
package actor FlowController: ServiceLifecycle.Service {
    let configuration: FlowConfiguration
    let logger: Logger
    /// What happened of late.
    package nonisolated let events: EventLog

    var engine: FlowEngine
    private var store: DesiredStore
    var session: Session?
    var channel: (any Channel)?
    var features: FeaturesReply?
    var reason = "it was not reached yet"
    var isDatabaseConnected = false
    var wakes: Duration?
    var todo: [FlowEngine.Action] = []
    private var isPerforming = false

    /// What is asked of the switch, and for what.
    enum Purpose { case setup, work, ports, meters, groups, flows, list(CheckedContinuation<[FlowStatistics]?, Never>) }
    var purposes: [Session.Ticket: Purpose] = [:]
    /// What of a reading has come.
    var reading = Reading()
    struct Reading {
        var ports: [PortDescription]?
        var meters: [MeterConfiguration]?
        var groups: [GroupDescription]?
        var flows: [FlowStatistics]?
    }
    var waiting: [Int: CheckedContinuation<Result<FlowChangeSummary, FlowFailure>, Never>] = [:]
    /// Responses that came before anybody waited for them.
    var early: [Int: Result<FlowChangeSummary, FlowFailure>] = [:]

    package internal(set) var counters = FlowCounters()
    var committed: Duration?
    /// When the switch began to be read, until it has what is wanted.
    var readingBegan: Duration?
    var isNews = false
    /// Whether the connection got as far as the features.
    var hasBeenReady = false

    /// Opens the store, and takes what it has.
    package init(_ configuration: FlowConfiguration, logger: Logger) throws(HypervisorError) {
        (self.configuration, self.logger) = (configuration, logger)
        events = EventLog(epoch: UInt64.random(in: 1 ... .max))
        var engine = FlowEngine(configuration.engine)
        store = try DesiredStore(folder: configuration.store)
        for change in try store.load() { try engine.restore(change) }
        // From here on changes are appended to files that are whole.
        for owner in engine.ownerReports { try store.rewrite(engine.whole(owner.owner)) }
        self.engine = engine
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepSwitch() }
                if let peer = self.configuration.database {
                    let link = DatabaseLink(
                        peer: peer, tls: self.configuration.switchTLS, bridge: self.configuration.bridge,
                        logger: self.logger)
                    group.addTask {
                        await link.run(
                            { await self.take(database: $0) }, connected: { await self.take(isConnected: $0) })
                    }
                }
            }
        }
        events.end()
        store.close()
    }

    private func take(database ports: [BridgePort]) {
        perform(engine.updated(database: ports, at: MonotonicTime.now))
    }

    private func take(isConnected: Bool) { isDatabaseConnected = isConnected }

    /// Does what the engine says.
    func perform(_ actions: [FlowEngine.Action]) {
        todo += actions
        // What is done has consequences, which come behind what is to be done already.
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while !todo.isEmpty {
            let action = todo.removeFirst()
            switch action {
            case .read:
                counters.readings += 1
                readingBegan = MonotonicTime.now
                ask(.multipartRequest(.portDescriptions), .ports)
                ask(.multipartRequest(.meterConfiguration(MeterMod.allMeters)), .meters)
                ask(.multipartRequest(.groupDescriptions), .groups)
                ask(.multipartRequest(.flows(FlowRequest())), .flows)
            case .meters(let meters):
                guard let (ticket, actions) = session?.change(meters.map { .meterMod($0) }, at: MonotonicTime.now)
                else {
                    break
                }
                purposes[ticket] = .work
                take(actions)
            case .commit(let changes):
                committed = MonotonicTime.now
                guard let (ticket, actions) = session?.commit(changes, at: MonotonicTime.now) else {
                    break
                }
                purposes[ticket] = .work
                take(actions)
            case .store(let change):
                let failure = failure(storing: change)
                perform(engine.stored(failure, at: MonotonicTime.now))
            case .respond(let number, let result):
                if let continuation = waiting.removeValue(forKey: number) {
                    continuation.resume(returning: result)
                } else {
                    early[number] = result
                }
            case .tell(let event):
                log(event)
                events.append(event, time: Double(Linux.Clock.real) / 1e9)
            case .reconnect(let why):
                logger.error("the connection is begun anew", metadata: ["reason": "\(why)"])
                channel?.close(promise: nil)
            }
        }
        noteEnd()
        arm()
    }

    /// Says how long it took from the first question to the last flow.
    private func noteEnd() {
        guard let began = readingBegan, engine.isSettled else { return }
        readingBegan = nil
        let time = MonotonicTime.now - began
        counters.reconcileSeconds += time.seconds
        // What the timer finds to be right is no news.
        logger.log(
            level: isNews ? .info : .debug, "the switch has what is wanted",
            metadata: ["milliseconds": "\((time.seconds * 1000).rounded())"])
        isNews = false
    }

    private func failure(storing change: StoredChange) -> String? {
        do throws(HypervisorError) {
            try store.append(change) {
                // What the engine holds is the change's outcome already, but for its numbers.
                var whole = engine.whole(change.owner)
                (whole.generation, whole.revision) = (change.generation, change.revision)
                return whole
            }
            return nil
        } catch {
            logger.error("a change could not be made durable", metadata: ["error": "\(error)"])
            counters.failedStores += 1
            return "\(error)"
        }
    }

    private func log(_ event: FlowEvent) {
        switch event {
        case .changed(let owner, let summary):
            logger.debug(
                "flows changed",
                metadata: [
                    "owner": "\(owner)", "generation": "\(summary.generation)", "added": "\(summary.added)",
                    "changed": "\(summary.changed)", "removed": "\(summary.removed)",
                ])
        case .reconciled(let trigger, let added, let changed, let removed, _):
            counters.reconciled[trigger, default: 0] += 1
            logger.notice(
                "the switch was put right",
                metadata: [
                    "trigger": "\(trigger)", "added": "\(added)", "changed": "\(changed)", "removed": "\(removed)",
                ])
        case .port(let name, let number, let previous):
            logger.info(
                "a port changed", metadata: ["port": "\(name)", "number": "\(number)", "previous": "\(previous)"])
        case .connected: break
        case .rejected(let owner, let object, let text, let reason):
            logger.error(
                "the switch refused a flow",
                metadata: ["owner": "\(owner)", "object": "\(object)", "flow": "\(text)", "error": "\(reason)"])
        }
    }

    /// Sees to it that time is told when something is due.
    func arm() {
        guard let next = [session?.deadline, engine.deadline].compactMap({ $0 }).min() else { return }
        if let wakes, wakes <= next { return }
        wakes = next
        Task {
            try? await Task.sleep(for: next - MonotonicTime.now)
            self.wake(next)
        }
    }

    private func wake(_ time: Duration) {
        if wakes == time { wakes = nil }
        take(session?.tick(at: MonotonicTime.now) ?? [])
        perform(engine.tick(at: MonotonicTime.now))
    }
}
