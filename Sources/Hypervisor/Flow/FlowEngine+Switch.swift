package import OpenFlow

extension [Instruction] {
    /// Whether they name a meter or a group, without which they are no use.
    fileprivate var needsMore: Bool {
        contains { instruction in
            switch instruction {
            case .meter: true
            case .applyActions(let actions), .writeActions(let actions):
                actions.contains { if case .group = $0 { true } else { false } }
            default: false
            }
        }
    }
}

/// What comes from the switch.
extension FlowEngine {
    /// The switch may be asked: it is read, and made to have what is wanted.
    package mutating func connected(at now: Duration) -> [Action] {
        isConnected = true
        needsRead = true
        repairAt = now
        forgiveRejected()
        return [.tell(.connected(true, reason: ""))] + advance(at: now)
    }

    /// The switch is gone, and with it perhaps all that it had.
    package mutating func disconnected(_ reason: String, at now: Duration) -> [Action] {
        guard isConnected else { return [] }
        isConnected = false
        (installed, meters, unread, aliases) = ([:], [:], [], [:])
        dirty = []
        hasDirtyMeters = false
        (groups, unreadGroups, groupAliases, hasDirtyGroups) = ([:], [:], [:], false)
        nextRead = nil
        trigger = "connection"
        var actions: [Action] = [.tell(.connected(false, reason: reason))]
        switch stage {
        case .meters(let work), .flows(let work), .removal(let work):
            stage = .idle
            // Whether it was done nobody knows; it is wanted, and will be.
            if work.request != nil { actions += store(work, at: now) }
        case .reading: stage = .idle
        case .idle, .storing: break
        }
        return actions + advance(at: now)
    }

    /// The switch was read.
    package mutating func read(
        ports list: [PortDescription], meters configurations: [MeterConfiguration],
        groups descriptions: [GroupDescription],
        flows: [FlowStatistics], at now: Duration
    ) -> [Action] {
        guard case .reading = stage else { return [.reconnect("the switch told what nobody asked for")] }
        stage = .idle
        nextRead = now + settings.readInterval
        let isFirst = installed.isEmpty
        let actions = updatePorts { $0.read(list) }
        meters = Dictionary(configurations.map { ($0.meter, $0) }) { $1 }
        hasDirtyMeters = true
        readGroups(descriptions)
        var read: [FlowKey: Installed] = [:]
        read.reserveCapacity(flows.count)
        for flow in flows {
            read[FlowKey(flow)] = Installed(
                cookie: flow.cookie, instructions: flow.instructions, flags: flow.flags,
                importance: flow.importance, expires: flow.idleTimeout != 0 || flow.hardTimeout != 0)
        }
        // What we wrote and now read for the first time is how the switch puts it.
        for place in unread {
            guard let there = read[place], let flow = wanted[place], there.cookie == installed[place]?.cookie,
                there.instructions != flow.flow.instructions
            else { continue }
            aliases[place] = (flow.flow.instructions, there.instructions)
        }
        unread = []
        installed = read
        // Everything is compared; what was refused may be tried again.
        forgiveRejected()
        for place in wanted.keys { dirty.insert(place) }
        for (place, there) in read where wanted[place] == nil && isOurs(there.cookie) { dirty.insert(place) }
        if !isFirst { countDrift() }
        repairAt = now
        return actions + advance(at: now)
    }

    /// Counts what a timer found that no event had told of.
    private mutating func countDrift() {
        for place in dirty {
            switch (wanted[place], installed[place]) {
            case (_?, nil), (nil, _?): repaired += 1
            default: break
            }
        }
    }

    /// Somebody else changed flows.
    package mutating func updated(_ updates: [FlowUpdate], at now: Duration) -> [Action] {
        for update in updates {
            switch update {
            case .abbreviated, .paused: break
            // What happened between is told in full, but in what order is not sure.
            case .resumed: needsRead = true
            case .full(let flow):
                let place = FlowKey(flow)
                unread.remove(place)
                switch flow.event {
                case .removed:
                    installed[place] = nil
                    // Of meters and groups that somebody takes away nothing is told, but that their flows went with them.
                    if wanted[place]?.flow.instructions.needsMore ?? false { needsRead = true }
                case .initial, .added, .modified:
                    installed[place] = Installed(
                        cookie: flow.cookie, instructions: flow.instructions, flags: nil, importance: nil,
                        expires: flow.idleTimeout != 0 || flow.hardTimeout != 0)
                }
                guard !isRight(place) else { continue }
                dirty.insert(place)
                repaired += 1
                trigger = "drift"
            }
        }
        return advance(at: now)
    }

    /// A port came, went or changed.
    package mutating func updated(_ status: PortStatus, at now: Duration) -> [Action] {
        let actions = updatePorts { $0.take(status) }
        // A flow that was refused for a port may do now.
        if !actions.isEmpty { forgiveRejected() }
        return actions + advance(at: now)
    }

    /// The database told of the bridge's ports.
    ///
    /// While it is away, what it told last holds.
    package mutating func updated(database ports: [BridgePort], at now: Duration) -> [Action] {
        let actions = updatePorts { table in
            table.database = Dictionary(ports.map { ($0.name, $0) }) { $1 }
        }
        return actions + advance(at: now)
    }
}
