package import OpenFlow

extension FlowEngine {
    /// A difference on its way into the switch, for a request or by itself.
    struct Work: Sendable {
        var request: Request?
        var changes: [FlowMod] = []
        /// The place of each change.
        var places: [FlowKey] = []
        /// Groups that flows may need, before them in the bundle.
        var groups: [GroupMod] = []
        /// Groups that no flow needs any more, behind them.
        var groupRemovals: [GroupMod] = []
        /// Meters that flows may need, before them.
        var meters: [MeterMod] = []
        /// Meters that no flow needs any more, after them.
        var removals: [MeterMod] = []
        /// Whether the switch has it.
        var isDone = false

        /// The bundle: groups, flows, and groups that go.
        var bundle: [BundledMessage.Change] {
            groups.map { .group($0) } + changes.map { .flow($0) } + groupRemovals.map { .group($0) }
        }

        /// The flow's place among the changes, of one in the bundle.
        func index(ofFlow index: Int) -> Int? {
            changes.indices.contains(index - groups.count) ? index - groups.count : nil
        }
    }

    /// Puts right what differs.
    mutating func repair(at now: Duration) -> [Action] {
        work(Work(), at: now)
    }

    /// Finds out what differs, and begins to change it.
    mutating func work(_ start: Work, at now: Duration) -> [Action] {
        var work = start
        planMeters(&work)
        planGroups(&work)
        plan(&work)
        return change(work, at: now)
    }

    private mutating func change(_ work: Work, at now: Duration) -> [Action] {
        if !work.meters.isEmpty {
            stage = .meters(work)
            return [.meters(work.meters)]
        }
        let bundle = work.bundle
        if !bundle.isEmpty {
            stage = .flows(work)
            return [.commit(bundle)]
        }
        if !work.removals.isEmpty {
            stage = .removal(work)
            return [.meters(work.removals)]
        }
        return finish(work, at: now)
    }

    /// The switch answered what was asked last.
    package mutating func answered(_ answer: Session.Answer, at now: Duration) -> [Action] {
        var actions: [Action] = []
        switch (stage, answer) {
        case (.meters(let work), .done):
            for meter in work.meters { took(meter) }
            var next = work
            next.meters = []
            actions = change(next, at: now)
        case (.flows(let work), .done):
            for (place, change) in zip(work.places, work.changes) { took(change, at: place) }
            for group in work.groups + work.groupRemovals { took(group) }
            dirty.subtract(work.places)
            hasDirtyGroups = !doomedGroups.isEmpty
            var next = work
            (next.changes, next.groups, next.groupRemovals, next.isDone) = ([], [], [], true)
            if work.request == nil { actions.append(.tell(reconciled(work))) }
            actions += change(next, at: now)
            if next.request == nil, case .idle = stage { programmedRevision = revision }
        case (.removal(let work), .done), (.removal(let work), .refused):
            for meter in work.removals { took(meter) }
            hasDirtyMeters = !doomedMeters.isEmpty
            var next = work
            next.removals = []
            actions = change(next, at: now)
        case (.meters(let work), .refused(let refusals)): actions = refuseMeters(work, refusals, at: now)
        case (.flows(let work), .refused(let refusals)): actions = refuse(work, refusals, at: now)
        default: return [.reconnect("an answer came that nobody waits for")]
        }
        return actions + advance(at: now)
    }

    private mutating func reconciled(_ work: Work) -> FlowEvent {
        reconciliations += 1
        var counts: [FlowMod.Command: Int] = [:]
        for change in work.changes { counts[change.command, default: 0] += 1 }
        defer { trigger = "switch" }
        return .reconciled(
            trigger: trigger, added: counts[.add] ?? 0, changed: counts[.modifyStrict] ?? 0,
            removed: counts[.deleteStrict] ?? 0, revision: revision)
    }

    /// The switch did as it was told.
    private mutating func took(_ change: FlowMod, at place: FlowKey) {
        aliases[place] = nil
        switch change.command {
        case .add:
            installed[place] = Installed(
                cookie: change.cookie, instructions: change.instructions, flags: change.flags,
                importance: change.importance, expires: false)
            unread.insert(place)
        case .modifyStrict:
            installed[place]?.instructions = change.instructions
            unread.insert(place)
        default:
            installed[place] = nil
            unread.remove(place)
        }
    }

    private mutating func took(_ meter: MeterMod) {
        if meter.command == .delete {
            meters[meter.meter] = nil
            doomedMeters.remove(meter.meter)
        } else {
            meters[meter.meter] = MeterConfiguration(flags: meter.flags, meter: meter.meter, bands: meter.bands)
        }
    }

    /// A bundle was refused, and nothing of it done.
    private mutating func refuse(_ work: Work, _ refusals: [Session.Refusal], at now: Duration) -> [Action] {
        stage = .idle
        if let request = work.request {
            // The first with a place of its own tells the most.
            let refusal = refusals.first { $0.index != nil } ?? refusals[0]
            let place = refusal.index.flatMap { work.index(ofFlow: $0) }.map { work.places[$0] }
            let group = refusal.index.flatMap { work.groups.indices.contains($0) ? work.groups[$0].group : nil }
            let field =
                place.flatMap { wanted[$0] }.flatMap { request.fields[$0.reference.key] }
                ?? group.flatMap { request.groupFields[$0] } ?? ""
            undo(request)
            return [.respond(request.number, .failure(Self.failure(field, refusal.error.code)))]
        }
        var actions: [Action] = []
        for refusal in refusals {
            if let index = refusal.index, work.groups.indices.contains(index) {
                if let told = refuseGroup(work.groups[index].group, "\(refusal.error.code)") { actions.append(told) }
                continue
            }
            guard let index = refusal.index.flatMap({ work.index(ofFlow: $0) }),
                let reference = wanted[work.places[index]]?.reference,
                work.changes[index].command != .deleteStrict
            else { continue }
            let name = "\(refusal.error.code)"
            owners[reference.owner]?.flows[reference.key]?.rejection = name
            guard let flow = owners[reference.owner]?.flows[reference.key] else { continue }
            actions.append(
                .tell(.rejected(owner: reference.owner, object: flow.object, text: flow.text, reason: name)))
        }
        // If nobody is to blame, the picture of the switch must be wrong.
        if actions.isEmpty {
            needsRead = true
            repairAt = now + .seconds(1)
            return [.reconnect("the switch refused a bundle: \(refusals.map { "\($0.error.code)" })")]
        }
        return actions
    }

    /// Some meters were refused; the others are there.
    private mutating func refuseMeters(_ work: Work, _ refusals: [Session.Refusal], at now: Duration) -> [Action] {
        let failed = Set(refusals.compactMap(\.index))
        for (index, meter) in work.meters.enumerated() where !failed.contains(index) { took(meter) }
        if let request = work.request {
            stage = .idle
            let refusal = refusals[0]
            let number = refusal.index.flatMap { work.meters.indices.contains($0) ? work.meters[$0].meter : nil }
            undo(request)
            return [
                .respond(
                    request.number,
                    .failure(Self.failure(number.flatMap { request.meterFields[$0] } ?? "", refusal.error.code)))
            ]
        }
        // Flows that need them will be refused, each with its reason.
        hasDirtyMeters = false
        var next = work
        next.meters = []
        var actions: [Action] = []
        for refusal in refusals {
            guard let index = refusal.index, work.meters.indices.contains(index) else { continue }
            let number = work.meters[index].meter
            guard let owner = owners.first(where: { $0.value.meters[number] != nil }),
                let meter = owner.value.meters[number]
            else { continue }
            actions.append(
                .tell(
                    .rejected(
                        owner: owner.key, object: meter.object, text: meter.text, reason: "\(refusal.error.code)")))
        }
        return actions + change(next, at: now)
    }

    private static func failure(_ field: String, _ code: ErrorCode) -> FlowFailure {
        .refused(field: field, error: "\(code)", type: code.type, number: code.number)
    }

    /// The switch has it: make it durable, if it is a request.
    private mutating func finish(_ work: Work, at now: Duration) -> [Action] {
        guard work.request != nil else {
            stage = .idle
            repairAt = now + settings.repairPause
            if dirty.isEmpty, !hasDirtyMeters, !hasDirtyGroups { programmedRevision = revision }
            return []
        }
        var done = work
        done.isDone = true
        return store(done, at: now)
    }
}
