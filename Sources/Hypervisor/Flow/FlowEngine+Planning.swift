import OpenFlow

/// What differs between the switch and what is wanted, as changes.
extension FlowEngine {
    mutating func planMeters(_ work: inout Work) {
        guard hasDirtyMeters else { return }
        for owner in owners.values {
            for (number, meter) in owner.meters {
                guard let there = meters[number] else {
                    work.meters.append(meter.meter)
                    continue
                }
                guard !meter.isSame(as: there) else { continue }
                var change = meter.meter
                change.command = .modify
                work.meters.append(change)
            }
        }
        work.removals = doomedMeters.filter { meters[$0] != nil }.map { MeterMod(.delete, meter: $0) }
        doomedMeters = doomedMeters.filter { meters[$0] != nil }
        work.meters.sort { $0.meter < $1.meter }
        if work.meters.isEmpty, work.removals.isEmpty { hasDirtyMeters = false }
    }

    /// The changes of all dirty places: first what goes, then what is altered, then what is new.
    mutating func plan(_ work: inout Work) {
        var (deletions, changes, additions): ([(FlowKey, FlowMod)], [(FlowKey, FlowMod)], [(FlowKey, FlowMod)]) =
            ([], [], [])
        for place in dirty {
            let there = installed[place]
            guard let flow = wanted[place], rejection(flow.reference) == nil else {
                guard let there, isOurs(there.cookie) else {
                    dirty.remove(place)
                    continue
                }
                var deletion = FlowMod(.deleteStrict)
                (deletion.table, deletion.priority, deletion.match) = (place.table, place.priority, place.match)
                // Should somebody else have put a flow there in between, it stays.
                (deletion.cookie, deletion.cookieMask) = (there.cookie & Cookie.ownerMask, Cookie.ownerMask)
                deletions.append((place, deletion))
                continue
            }
            guard let there else {
                additions.append((place, flow.flow))
                continue
            }
            guard isOurs(there.cookie) else {
                dirty.remove(place)
                continue
            }
            let (old, new) = (Cookie(there.cookie), flow.cookie)
            let isSameFrame =
                old.owner == new.owner && old.object == new.object && !there.expires
                && (there.flags ?? flow.flow.flags) == flow.flow.flags
                && (there.importance ?? flow.flow.importance) == flow.flow.importance
            guard isSameFrame else {
                additions.append((place, flow.flow))
                continue
            }
            guard !isSame(there.instructions, flow.flow.instructions, at: place) else {
                dirty.remove(place)
                continue
            }
            // A modification keeps what the flow has counted.
            var modification = flow.flow
            modification.command = .modifyStrict
            (modification.cookie, modification.cookieMask) = (there.cookie & Cookie.ownerMask, Cookie.ownerMask)
            changes.append((place, modification))
        }
        let all = deletions + changes + additions
        work.places = all.map(\.0)
        work.changes = all.map(\.1)
    }

    /// Whether a place has what it should, as far as is known.
    func isRight(_ place: FlowKey) -> Bool {
        guard let there = installed[place] else { return wanted[place] == nil }
        guard let flow = wanted[place] else { return !isOurs(there.cookie) }
        let cookie = Cookie(there.cookie)
        return cookie.owner == flow.cookie.owner && cookie.object == flow.cookie.object && !there.expires
            && isSame(there.instructions, flow.flow.instructions, at: place)
    }

    private func isSame(_ there: [Instruction], _ written: [Instruction], at place: FlowKey) -> Bool {
        if there == written { return true }
        if let alias = aliases[place], alias.written == written, alias.read == there { return true }
        return there.text == written.text
    }

    private func rejection(_ reference: Reference) -> String? {
        owners[reference.owner]?.flows[reference.key]?.rejection
    }
}
