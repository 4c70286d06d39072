import OpenFlow

extension FlowEngine {
    /// A request under way: what it did to what is wanted, so that it can be undone.
    struct Request: Sendable {
        let number: Int
        let owner: UInt16
        var summary = FlowChangeSummary()
        let generation: UInt64
        var flows: [(key: DesiredKey, old: DesiredFlow?)] = []
        var meters: [(number: UInt32, old: DesiredMeter?)] = []
        var groups: [(number: UInt32, old: DesiredGroup?)] = []
        /// The field of the request that brought a flow or a meter.
        var fields: [DesiredKey: String] = [:]
        var meterFields: [UInt32: String] = [:]
        var groupFields: [UInt32: String] = [:]
        let isNewOwner: Bool
    }

    /// A request whose items make sense.
    private struct Checked {
        var flows: [(key: DesiredKey, flow: DesiredFlow, field: String)] = []
        var meters: [(meter: DesiredMeter, field: String)] = []
        var removed: [DesiredKey] = []
        var removedMeters: [UInt32] = []
        var groups: [(group: DesiredGroup, field: String)] = []
        var removedGroups: [UInt32] = []
    }

    /// Begins a request: checks it, changes what is wanted, and then the switch, or the disk.
    mutating func begin(_ number: Int, _ change: FlowChange, at now: Duration) -> [Action] {
        var request: Request
        do throws(FlowFailure) {
            request = try apply(change, number)
        } catch {
            return [.respond(number, .failure(error))]
        }
        if request.flows.isEmpty, request.meters.isEmpty, request.groups.isEmpty,
            request.generation == owners[request.owner]?.generation,
            !request.isNewOwner
        {
            request.summary.revision = revision
            request.summary.isProgrammed = isProgrammed && !hasRejected(request.owner)
            return [.respond(number, .success(request.summary))]
        }
        if let failure = conflict(of: request) {
            undo(request)
            return [.respond(number, .failure(failure))]
        }
        guard isConnected else { return store(Work(request: request), at: now) }
        return work(Work(request: request), at: now)
    }

    /// What a request would change; nothing is changed.
    package func difference(_ change: FlowChange) throws(FlowFailure) -> (
        added: [String], changed: [String], removed: [String], unchanged: Int, missingPorts: [String], needsForce: Bool
    ) {
        var copy = self
        var forced = change
        forced.force = true
        forced.generation = nil
        let request = try copy.apply(forced, 0)
        var (added, changed, removed): ([String], [String], [String]) = ([], [], [])
        for (key, old) in request.flows {
            switch (old, copy.owners[change.owner]?.flows[key]) {
            case (nil, let new?): added.append(new.text)
            case (let old?, nil): removed.append(old.text)
            case (_?, let new?): changed.append(new.text)
            default: break
            }
        }
        for (meter, old) in request.meters {
            switch (old, copy.owners[change.owner]?.meters[meter]) {
            case (nil, let new?): added.append(new.text)
            case (let old?, nil): removed.append(old.text)
            case (_?, let new?): changed.append(new.text)
            default: break
            }
        }
        for (group, old) in request.groups {
            switch (old, copy.owners[change.owner]?.groups[group]) {
            case (nil, let new?): added.append(new.text)
            case (let old?, nil): removed.append(old.text)
            case (_?, let new?): changed.append(new.text)
            default: break
            }
        }
        return (
            added.sorted(), changed.sorted(), removed.sorted(), request.summary.unchanged,
            request.summary.missingPorts,
            isTooMuch(request.flows.count { $0.old != nil && copy.owners[change.owner]?.flows[$0.key] == nil }, change)
        )
    }

    /// Whether a request removes more than it may without `force`.
    private func isTooMuch(_ removed: Int, _ change: FlowChange) -> Bool {
        let count = owners[change.owner]?.flows.count ?? 0
        if case .add = change.kind { return false }
        return count >= settings.removalFloor && Double(removed) > settings.removalShare * Double(count)
    }

    /// Changes what is wanted as a request says.
    private mutating func apply(_ change: FlowChange, _ number: Int) throws(FlowFailure) -> Request {
        let owner = owners[change.owner] ?? Owner()
        try checkGeneration(change, owner)
        let checked = try check(change, owner)
        let generation = change.generation ?? owner.generation
        var request = Request(
            number: number, owner: change.owner, generation: generation, isNewOwner: owners[change.owner] == nil)
        var added: [(DesiredKey, DesiredFlow)] = []
        for (key, flow, field) in checked.flows {
            var flow = flow
            flow.round = UInt16(truncatingIfNeeded: generation)
            if let old = owner.flows[key] {
                if old.isSame(as: flow) {
                    request.summary.unchanged += 1
                    continue
                }
                request.summary.changed += 1
            } else {
                request.summary.added += 1
            }
            request.fields[key] = field
            added.append((key, flow))
        }
        var addedMeters: [DesiredMeter] = []
        for (meter, field) in checked.meters {
            let old = owner.meters[meter.meter.meter]
            if let old, old.object == meter.object, old.meter == meter.meter {
                request.summary.unchanged += 1
                continue
            }
            if old == nil { request.summary.added += 1 } else { request.summary.changed += 1 }
            request.meterFields[meter.meter.meter] = field
            addedMeters.append(meter)
        }
        var addedGroups: [DesiredGroup] = []
        for (group, field) in checked.groups {
            let old = owner.groups[group.number]
            if let old, old.isSame(as: group) {
                request.summary.unchanged += 1
                continue
            }
            if old == nil { request.summary.added += 1 } else { request.summary.changed += 1 }
            request.groupFields[group.number] = field
            addedGroups.append(group)
        }
        request.summary.removed =
            checked.removed.count + checked.removedMeters.count + checked.removedGroups.count
        if case .set = change.kind {
        } else {
            request.summary.unchanged =
                owner.flows.count + owner.meters.count + owner.groups.count - request.summary.changed
                - request.summary.removed
        }
        request.summary.generation = generation
        if isTooMuch(checked.removed.count, change), !change.force {
            throw .precondition(
                "it would remove \(checked.removed.count) of \(owner.flows.count) flows, more than "
                    + "\(Int(settings.removalShare * 100)) in 100; set force if that is meant")
        }
        let count = owner.flows.count - checked.removed.count + request.summary.added
        guard count <= settings.flowLimit else {
            throw .exhausted("owner \(change.owner) would have \(count) flows, more than \(settings.flowLimit)")
        }
        guard owner.meters.count + addedMeters.count <= settings.meterLimit else {
            throw .exhausted("owner \(change.owner) would have more than \(settings.meterLimit) meters")
        }
        guard owner.groups.count + addedGroups.count <= settings.groupLimit else {
            throw .exhausted("owner \(change.owner) would have more than \(settings.groupLimit) groups")
        }
        if !added.isEmpty || !addedGroups.isEmpty || !checked.removedGroups.isEmpty || !checked.removed.isEmpty
            || !addedMeters.isEmpty || !checked.removedMeters.isEmpty
            || generation != owner.generation || request.isNewOwner
        {
            guard change.generation == nil || generation > owner.generation || request.isNewOwner else {
                throw .precondition(
                    "generation \(generation) of owner \(change.owner) is other flows'; send them with a greater one")
            }
        }
        // The parsed texts are read: nothing throws from here on.
        if owners[change.owner] == nil { owners[change.owner] = Owner() }
        for key in checked.removed { request.flows.append((key, replace(change.owner, key, with: nil))) }
        for (key, flow) in added { request.flows.append((key, replace(change.owner, key, with: flow))) }
        for meter in checked.removedMeters { request.meters.append((meter, replace(change.owner, meter, with: nil))) }
        for meter in addedMeters {
            request.meters.append((meter.meter.meter, replace(change.owner, meter.meter.meter, with: meter)))
        }
        for group in checked.removedGroups {
            request.groups.append((group, replaceGroup(change.owner, group, with: nil)))
        }
        for group in addedGroups {
            request.groups.append((group.number, replaceGroup(change.owner, group.number, with: group)))
        }
        var missing: Set<String> = []
        for (group, _) in checked.groups { missing.formUnion(group.names.filter { ports.number(of: $0) == nil }) }
        for (_, flow, _) in checked.flows {
            missing.formUnion(flow.template.names.filter { ports.number(of: $0) == nil })
        }
        request.summary.missingPorts = missing.sorted()
        return request
    }

    private func checkGeneration(_ change: FlowChange, _ owner: Owner) throws(FlowFailure) {
        if let expected = change.expectedGeneration, expected != owner.generation {
            throw .precondition(
                "the generation of owner \(change.owner) is \(owner.generation), not \(expected)")
        }
        guard let generation = change.generation else { return }
        guard generation > 0 else {
            throw .invalid([.init(field: "generation", reason: "it is 1 at least")])
        }
        guard generation >= owner.generation else {
            throw .precondition(
                "generation \(generation) of owner \(change.owner) is older than \(owner.generation), which is there")
        }
    }

    /// Reads a request's texts; says all that is wrong with them.
    private func check(_ change: FlowChange, _ owner: Owner) throws(FlowFailure) -> Checked {
        var violations: [InvalidArgument.Violation] = []
        func refuse(_ field: String, _ reason: String) { violations.append(.init(field: field, reason: reason)) }
        var checked = Checked()
        if change.owner == 0 { refuse("owner", "it is 1 to 65535") }
        if change.flows.count > settings.flowLimit {
            throw .exhausted("the request has \(change.flows.count) flows, more than \(settings.flowLimit)")
        }
        let isDeletion = if case .delete = change.kind { true } else { false }
        var seen: [DesiredKey: Int] = [:]
        for (index, item) in change.flows.enumerated() {
            let field = isDeletion ? "flows[\(index)]" : "flows[\(index)].text"
            var text = item.text
            if isDeletion, !text.contains("action") { text += (text.isEmpty ? "" : ",") + "actions=drop" }
            do throws(FlowTextError) {
                let flow = try DesiredFlow(text, object: item.object) { ports.number(of: $0) }
                let key = flow.key
                if let first = seen[key] {
                    guard isDeletion else {
                        refuse(field, "flows[\(first)] has the same table, priority and match")
                        continue
                    }
                    continue
                }
                seen[key] = index
                if !isDeletion {
                    checked.flows.append((key, flow, "flows[\(index)]"))
                } else if owner.flows[key] != nil {
                    checked.removed.append(key)
                }
            } catch {
                refuse(field, error.reason)
            }
        }
        var numbers: [UInt32: Int] = [:]
        for (index, item) in change.meters.enumerated() {
            let field = "meters[\(index)].text"
            let meter: DesiredMeter
            do throws(FlowTextError) {
                meter = try DesiredMeter(item.text, object: item.object)
            } catch {
                refuse(field, error.reason)
                continue
            }
            let number = meter.meter.meter
            if let first = numbers[number] {
                refuse(field, "meters[\(first)] has the same number")
                continue
            }
            numbers[number] = index
            if let other = owners.first(where: { $0.key != change.owner && $0.value.meters[number] != nil }) {
                throw .exists(field: "meters[\(index)]", reason: "meter \(number) is owner \(other.key)'s")
            }
            checked.meters.append((meter, "meters[\(index)]"))
        }
        checked.groups = try checkGroups(change, refuse)
        let groupNumbers = Set(checked.groups.map(\.group.number))
        guard violations.isEmpty else { throw .invalid(violations) }
        switch change.kind {
        case .set:
            checked.removed = owner.flows.keys.filter { seen[$0] == nil }
            checked.removedMeters = owner.meters.keys.filter { numbers[$0] == nil }
            checked.removedGroups = owner.groups.keys.filter { !groupNumbers.contains($0) }
        case .add(let replaced?):
            for object in replaced {
                checked.removed += (owner.objects[object] ?? []).filter { seen[$0] == nil }
            }
            checked.removedMeters = owner.meters.filter { replaced.contains($0.value.object) && numbers[$0.key] == nil }
                .map(\.key)
            checked.removedGroups = owner.groups.filter {
                replaced.contains($0.value.object) && !groupNumbers.contains($0.key)
            }.map(\.key)
        case .add(nil): break
        case .delete(let objects):
            for object in objects {
                checked.removed += (owner.objects[object] ?? []).filter { seen[$0] == nil }
            }
            checked.removedMeters = owner.meters.filter { objects.contains($0.value.object) }.map(\.key)
            checked.removedGroups = owner.groups.filter { objects.contains($0.value.object) }.map(\.key)
        }
        return checked
    }

    /// Whether a flow of the request has a place that is another's.
    private func conflict(of request: Request) -> FlowFailure? {
        for (key, _) in request.flows {
            guard let flow = owners[request.owner]?.flows[key], let field = request.fields[key] else { continue }
            if flow.place == nil, let reason = flow.rejection { return .exists(field: field, reason: reason) }
            guard isConnected, let place = flow.place, let there = installed[place], !isOurs(there.cookie) else {
                continue
            }
            return .exists(field: field, reason: Self.foreign(there.cookie))
        }
        for (number, old) in request.meters where old == nil && isConnected {
            guard meters[number] != nil, !doomedMeters.contains(number), let field = request.meterFields[number] else {
                continue
            }
            return .exists(field: field, reason: "the switch has a meter \(number) that is not hvflowd's")
        }
        return groupConflict(of: request)
    }

    static func foreign(_ cookie: UInt64) -> String {
        "a flow that is not hvflowd's has the same table, priority and match; its cookie is 0x"
            + String(cookie, radix: 16)
    }

    /// Takes back what a request did to what is wanted.
    mutating func undo(_ request: Request) {
        for (key, old) in request.flows.reversed() { _ = replace(request.owner, key, with: old) }
        for (number, old) in request.meters.reversed() {
            _ = replace(request.owner, number, with: old)
        }
        for (number, old) in request.groups.reversed() { replaceGroup(request.owner, number, with: old) }
        if request.isNewOwner { owners[request.owner] = nil }
    }
}
