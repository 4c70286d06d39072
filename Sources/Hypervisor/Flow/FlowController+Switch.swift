import Logging
import NIOCore
import OpenFlow

/// The connection to the switch, and what comes over it.
extension FlowController {
    /// Connects to the switch again and again.
    func keepSwitch() async {
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

    private func begin(_ channel: any Channel) {
        hasBeenReady = false
        self.channel = channel
        session = Session(firstTransaction: UInt32.random(in: 0 ... .max))
        take(session?.connect(at: MonotonicTime.now) ?? [])
    }

    func lost(_ why: String) {
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
        reading = Reading()
        readingBegan = nil
        perform(engine.disconnected(why, at: MonotonicTime.now))
    }

    private func receive(_ octets: [UInt8]) {
        take(session?.receive(octets, at: MonotonicTime.now) ?? [])
    }

    /// Does what the session says.
    func take(_ actions: [Session.Action]) {
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
        (hasBeenReady, isNews) = (true, true)
        logger.notice(
            "connected to the switch",
            metadata: ["address": "\(configuration.management)", "datapath": "\(String(features.datapath, radix: 16))"])
        take(session?.send(.setAsync(AsyncConfig([.packetIn: 0, .portStatus: 7, .flowRemoved: 0]))) ?? [])
        let monitor = FlowMonitorRequest(monitor: 1, flags: [.add, .removed, .modify, .instructions])
        ask(.multipartRequest(.flowMonitor([monitor])), .setup)
        perform(engine.connected(at: MonotonicTime.now))
    }

    func ask(_ body: Message.Body, _ purpose: Purpose) {
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
            reading.ports = bodies.flatMap { body -> [PortDescription] in
                if case .portDescriptions(let list) = body { list } else { [] }
            }
        case .meters:
            reading.meters = bodies.flatMap { body -> [MeterConfiguration] in
                if case .meterConfiguration(let list) = body { list } else { [] }
            }
        case .groups:
            reading.groups = bodies.flatMap { body -> [GroupDescription] in
                if case .groupDescriptions(let list) = body { list } else { [] }
            }
        case .flows:
            guard case .replies = answer else {
                channel?.close(promise: nil)
                return
            }
            reading.flows = bodies.flatMap { body -> [FlowStatistics] in
                if case .flows(let list) = body { list } else { [] }
            }
        case .list(let continuation):
            guard case .replies = answer else { return continuation.resume(returning: nil) }
            continuation.resume(
                returning: bodies.flatMap { body -> [FlowStatistics] in
                    if case .flows(let list) = body { list } else { [] }
                })
        }
        guard let ports = reading.ports, let meters = reading.meters, let groups = reading.groups,
            let flows = reading.flows
        else { return }
        reading = Reading()
        perform(engine.read(ports: ports, meters: meters, groups: groups, flows: flows, at: MonotonicTime.now))
    }
}
