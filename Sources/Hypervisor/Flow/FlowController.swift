import Linux
package import Logging
import NIOCore
import OpenFlow
import ServiceLifecycle

/// Holds the engine to a switch, a database and a disk: it does what the engine says, and tells it what came of it.
package actor FlowController: ServiceLifecycle.Service {
    private let configuration: FlowConfiguration
    private let logger: Logger
    /// What happened of late.
    package nonisolated let events: EventLog

    private var engine: FlowEngine
    private var store: DesiredStore
    private var session: Session?
    private var channel: (any Channel)?
    private var features: FeaturesReply?
    private var reason = "it was not reached yet"
    private(set) var isDatabaseConnected = false
    private var wakes: Duration?
    private var todo: [FlowEngine.Action] = []
    private var isPerforming = false

    /// What is asked of the switch, and for what.
    private enum Purpose { case setup, work, ports, meters, flows, list(CheckedContinuation<[FlowStatistics]?, Never>) }
    private var purposes: [Session.Ticket: Purpose] = [:]
    /// What of a reading has come.
    private var reading: (ports: [PortDescription]?, meters: [MeterConfiguration]?, flows: [FlowStatistics]?)
    private var waiting: [Int: CheckedContinuation<Result<FlowChangeSummary, FlowFailure>, Never>] = [:]
    /// Responses that came before anybody waited for them.
    private var early: [Int: Result<FlowChangeSummary, FlowFailure>] = [:]

    package private(set) var counters = FlowCounters()
    private var committed: Duration?

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

    /// Connects to the switch again and again.
    private func keepSwitch() async {
        var reconnection = Reconnection(
            shortest: .milliseconds(20), longest: .seconds(1), seed: UInt64.random(in: 0 ... .max))
        while !Task.isCancelled {
            do {
                try await configuration.management.connect(tls: configuration.switchTLS) { inbound, channel in
                    self.begin(channel)
                    for try await buffer in inbound { self.receive(Array(buffer.readableBytesView)) }
                }
                lost("it closed the connection")
            } catch {
                lost("\(error)")
            }
            if hasBeenReady { reconnection.succeeded() }
            try? await Task.sleep(for: reconnection.failed())
        }
    }

    private var hasBeenReady = false

    private func begin(_ channel: any Channel) {
        hasBeenReady = false
        self.channel = channel
        session = Session(firstTransaction: UInt32.random(in: 0 ... .max))
        take(session?.connect(at: MonotonicTime.now) ?? [])
    }

    private func lost(_ why: String) {
        let was = session?.isReady ?? false
        (session, channel, features) = (nil, nil, nil)
        if reason != why {
            logger.warning(
                "the switch is away", metadata: ["address": "\(configuration.management)", "reason": "\(why)"])
        }
        if was || hasBeenReady { counters.disconnections += 1 }
        reason = why
        for case .list(let continuation) in purposes.values { continuation.resume(returning: nil) }
        purposes = [:]
        reading = (nil, nil, nil)
        perform(engine.disconnected(why, at: MonotonicTime.now))
    }

    private func receive(_ octets: [UInt8]) {
        take(session?.receive(octets, at: MonotonicTime.now) ?? [])
    }

    /// Does what the session says.
    private func take(_ actions: [Session.Action]) {
        for action in actions {
            switch action {
            case .send(let octets): channel?.writeAndFlush(ByteBuffer(bytes: octets), promise: nil)
            case .ready(let features): ready(features)
            case .answered(let ticket, let answer): answered(ticket, answer)
            case .event(let body): event(body)
            case .close(let why):
                logger.error("the connection to the switch is no use", metadata: ["reason": "\(why)"])
                channel?.close(promise: nil)
            }
        }
        arm()
    }

    /// The switch may be asked: it is told what we want to hear of, before it is read, so that nothing falls between.
    private func ready(_ features: FeaturesReply) {
        self.features = features
        hasBeenReady = true
        logger.notice(
            "connected to the switch",
            metadata: ["address": "\(configuration.management)", "datapath": "\(String(features.datapath, radix: 16))"])
        take(session?.send(.setAsync(AsyncConfig([.packetIn: 0, .portStatus: 7, .flowRemoved: 0]))) ?? [])
        let monitor = FlowMonitorRequest(monitor: 1, flags: [.add, .removed, .modify, .instructions])
        ask(.multipartRequest(.flowMonitor([monitor])), .setup)
        perform(engine.connected(at: MonotonicTime.now))
    }

    private func ask(_ body: Message.Body, _ purpose: Purpose) {
        guard let (ticket, actions) = session?.ask(body, at: MonotonicTime.now) else { return }
        purposes[ticket] = purpose
        take(actions)
    }

    private func event(_ body: Message.Body) {
        switch body {
        case .portStatus(let status): perform(engine.updated(status, at: MonotonicTime.now))
        case .multipartReply(let reply):
            guard case .flowMonitor(let updates) = reply.body else { return }
            perform(engine.updated(updates, at: MonotonicTime.now))
        case .error(let error):
            logger.warning("the switch reports an error that nobody asked for", metadata: ["error": "\(error.code)"])
        default: break
        }
    }

    private func answered(_ ticket: Session.Ticket, _ answer: Session.Answer) {
        guard let purpose = purposes.removeValue(forKey: ticket) else { return }
        var bodies: [MultipartReply.Body] = []
        if case .replies(let replies) = answer {
            bodies = replies.compactMap { if case .multipartReply(let reply) = $0 { reply.body } else { nil } }
        }
        switch purpose {
        case .setup:
            if case .refused(let refusals) = answer {
                // A switch without flow monitors is read by the clock alone.
                logger.warning(
                    "the switch does not tell of changes; a flow that others take away is put back only when the timer reads",
                    metadata: ["error": "\(refusals.map { "\($0.error.code)" })"])
            } else {
                for case .flowMonitor(let updates) in bodies { perform(engine.updated(updates, at: MonotonicTime.now)) }
            }
        case .work:
            if let committed { counters.commit(MonotonicTime.now - committed) }
            committed = nil
            perform(engine.answered(answer, at: MonotonicTime.now))
        case .ports:
            reading.ports = bodies.flatMap { body -> [PortDescription] in if case .portDescriptions(let list) = body { list } else { [] } }
        case .meters:
            reading.meters = bodies.flatMap { body -> [MeterConfiguration] in if case .meterConfiguration(let list) = body { list } else { [] } }
        case .flows:
            guard case .replies = answer else {
                channel?.close(promise: nil)
                return
            }
            reading.flows = bodies.flatMap { body -> [FlowStatistics] in if case .flows(let list) = body { list } else { [] } }
        case .list(let continuation):
            guard case .replies = answer else { return continuation.resume(returning: nil) }
            continuation.resume(returning: bodies.flatMap { body -> [FlowStatistics] in if case .flows(let list) = body { list } else { [] } })
        }
        guard let ports = reading.ports, let meters = reading.meters, let flows = reading.flows else { return }
        reading = (nil, nil, nil)
        perform(engine.read(ports: ports, meters: meters, flows: flows, at: MonotonicTime.now))
    }

    /// Does what the engine says.
    private func perform(_ actions: [FlowEngine.Action]) {
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
                ask(.multipartRequest(.portDescriptions), .ports)
                ask(.multipartRequest(.meterConfiguration(MeterMod.allMeters)), .meters)
                ask(.multipartRequest(.flows(FlowRequest())), .flows)
            case .meters(let meters):
                guard let (ticket, actions) = session?.change(meters.map { .meterMod($0) }, at: MonotonicTime.now) else {
                    break
                }
                purposes[ticket] = .work
                take(actions)
            case .commit(let changes):
                committed = MonotonicTime.now
                guard let (ticket, actions) = session?.commit(changes.map { .flow($0) }, at: MonotonicTime.now) else { break }
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
        arm()
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
    private func arm() {
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

/// What services ask.
extension FlowController {
    /// Changes what an owner wants.
    package func change(_ change: FlowChange) async throws(FlowFailure) -> FlowChangeSummary {
        let (number, actions) = engine.submit(change, at: MonotonicTime.now)
        perform(actions)
        if let result = early.removeValue(forKey: number) { return try result.get() }
        return try await withCheckedContinuation { waiting[number] = $0 }.get()
    }

    package func difference(_ change: FlowChange) throws(FlowFailure) -> (
        added: [String], changed: [String], removed: [String], unchanged: Int, missingPorts: [String], needsForce: Bool
    ) { try engine.difference(change) }

    /// The wanted flows, with what the switch counts now.
    package func list(owner: UInt16?, objects: Set<UInt32>, foreign: Bool) async -> [FlowReport] {
        var request = FlowRequest()
        if let owner, !foreign { (request.cookie, request.cookieMask) = (UInt64(owner) << 48, 0xFFFF << 48) }
        var statistics: [FlowStatistics]?
        if engine.isConnected {
            statistics = await withCheckedContinuation { continuation in
                guard let (ticket, actions) = session?.ask(.multipartRequest(.flows(request)), at: MonotonicTime.now) else {
                    return continuation.resume(returning: nil)
                }
                purposes[ticket] = .list(continuation)
                take(actions)
            }
        }
        return engine.reports(owner: owner, objects: objects, foreign: foreign, statistics: statistics ?? [])
    }

    package func ports() -> [PortReport] { engine.portReports }

    /// How everything is.
    package func status() -> FlowStatus {
        FlowStatus(
            bridge: configuration.bridge, isConnected: engine.isConnected, reason: engine.isConnected ? "" : reason,
            datapath: features?.datapath ?? 0, revision: engine.revision, programmedRevision: engine.programmedRevision,
            owners: engine.ownerReports, foreignFlows: engine.foreignCount, reconciliations: engine.reconciliations,
            repaired: engine.repaired, isDatabaseConnected: isDatabaseConnected)
    }

    /// What the switch would do with a packet.
    package func trace(_ flow: String) async throws -> String {
        try await SwitchControl(path: configuration.control).ask("ofproto/trace", [configuration.bridge, flow])
    }
}

/// How hvflowd and the bridge are.
package struct FlowStatus: Sendable {
    package var bridge: String
    package var isConnected: Bool
    package var reason: String
    package var datapath: UInt64
    package var revision: UInt64
    package var programmedRevision: UInt64
    package var owners: [OwnerReport]
    package var foreignFlows: Int
    package var reconciliations: UInt64
    package var repaired: UInt64
    package var isDatabaseConnected: Bool
}

/// What is counted for Prometheus beside the status.
package struct FlowCounters: Sendable {
    package var readings: UInt64 = 0
    package var disconnections: UInt64 = 0
    package var failedStores: UInt64 = 0
    package var commits: UInt64 = 0
    package var commitSeconds = 0.0
    package var reconciled: [String: UInt64] = [:]

    mutating func commit(_ time: Duration) {
        commits += 1
        commitSeconds += Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }
}
