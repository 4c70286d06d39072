import OpenFlow

/// Where wanted flows have their places in the switch.
extension FlowEngine {
    /// Puts a flow into an owner's, or takes it out; returns what was there.
    @discardableResult
    mutating func replace(_ owner: UInt16, _ key: DesiredKey, with new: DesiredFlow?) -> DesiredFlow? {
        let reference = Reference(owner: owner, key: key)
        let old = owners[owner]?.flows[key]
        if let old {
            unplace(reference, old)
            for name in old.template.names { naming[name]?.remove(reference) }
            owners[owner]?.objects[old.object]?.remove(key)
            if owners[owner]?.objects[old.object]?.isEmpty ?? false { owners[owner]?.objects[old.object] = nil }
        }
        owners[owner]?.flows[key] = new
        if let new {
            owners[owner]?.objects[new.object, default: []].insert(key)
            for name in new.template.names { naming[name, default: []].insert(reference) }
            place(reference)
        }
        return old
    }

    /// Puts a meter to an owner's, or takes it out; returns what was there.
    @discardableResult
    mutating func replace(_ owner: UInt16, _ number: UInt32, with new: DesiredMeter?) -> DesiredMeter? {
        let old = owners[owner]?.meters[number]
        owners[owner]?.meters[number] = new
        if new == nil, old != nil { doomedMeters.insert(number) } else { doomedMeters.remove(number) }
        hasDirtyMeters = true
        return old
    }

    /// Gives a flow its place, if its ports are there and nobody has it.
    mutating func place(_ reference: Reference) {
        guard var flow = owners[reference.owner]?.flows[reference.key] else { return }
        flow.place = nil
        flow.rejection = nil
        defer { owners[reference.owner]?.flows[reference.key] = flow }
        do throws(FlowTextError) {
            guard try flow.render({ ports.number(of: $0) }) else { return }
        } catch {
            flow.rejection = error.reason
            return
        }
        let place = FlowKey(flow.flow)
        if let other = wanted[place], other.reference != reference {
            flow.rejection = "a flow of owner \(other.reference.owner) has the same table, priority and match"
            shadowed[place, default: []].append(reference)
            return
        }
        flow.place = place
        let cookie = Cookie(owner: reference.owner, round: flow.round, object: flow.object)
        var written = flow.flow
        written.cookie = cookie.value
        wanted[place] = Wanted(reference: reference, flow: written, cookie: cookie)
        dirty.insert(place)
    }

    /// Takes a flow's place away; whoever waited for it gets it.
    mutating func unplace(_ reference: Reference, _ flow: DesiredFlow) {
        guard let place = flow.place else {
            for key in shadowed.keys where shadowed[key]?.contains(reference) ?? false {
                shadowed[key]?.removeAll { $0 == reference }
                if shadowed[key]?.isEmpty ?? false { shadowed[key] = nil }
            }
            return
        }
        if wanted[place]?.reference == reference { wanted[place] = nil }
        dirty.insert(place)
        for other in shadowed.removeValue(forKey: place) ?? [] { self.place(other) }
    }

    /// Changes what is known of ports, and moves the flows that name those which changed.
    mutating func updatePorts(_ change: (inout PortTable) -> Void) -> [Action] {
        let old = ports
        change(&ports)
        guard ports != old else { return [] }
        var actions: [Action] = []
        for name in old.names.union(ports.names).union(naming.keys) {
            let (before, after) = (old.number(of: name), ports.number(of: name))
            guard before != after else { continue }
            actions.append(
                .tell(.port(name: name, number: after?.rawValue ?? 0, previous: before?.rawValue ?? 0)))
            let references = naming[name] ?? []
            // All lose their places first: one's old place may be another's new one.
            for reference in references {
                guard let flow = owners[reference.owner]?.flows[reference.key] else { continue }
                unplace(reference, flow)
                owners[reference.owner]?.flows[reference.key]?.place = nil
            }
            for reference in references { place(reference) }
            trigger = "port"
            if owners.values.contains(where: { $0.groups.values.contains { $0.names.contains(name) } }) {
                hasDirtyGroups = true
            }
        }
        return actions
    }

    /// Lets flows that the switch refused try again.
    mutating func forgiveRejected() {
        for (number, owner) in owners {
            for (group, wanted) in owner.groups where wanted.rejection != nil {
                owners[number]?.groups[group]?.rejection = nil
                hasDirtyGroups = true
            }
            for (key, flow) in owner.flows where flow.rejection != nil && flow.place != nil {
                owners[number]?.flows[key]?.rejection = nil
                if let place = flow.place { dirty.insert(place) }
            }
        }
    }

    /// Whether a cookie names an owner of ours.
    func isOurs(_ cookie: UInt64) -> Bool { owners[Cookie(cookie).owner] != nil }

    /// Whether nothing is under way, and nothing is left to do.
    package var isSettled: Bool { if case .idle = stage { isProgrammed } else { false } }

    /// Whether the switch has all that is wanted and could be given it.
    var isProgrammed: Bool {
        isConnected && dirty.isEmpty && !hasDirtyMeters && !hasDirtyGroups && !needsRead
    }
}
