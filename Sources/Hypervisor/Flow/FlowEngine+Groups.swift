import OpenFlow

/// Groups: in the same bundle as the flows that need them, before them, and gone after them.
extension FlowEngine {
    /// Puts a group to an owner's, or takes it out; returns what was there.
    @discardableResult
    mutating func replaceGroup(_ owner: UInt16, _ number: UInt32, with new: DesiredGroup?) -> DesiredGroup? {
        let old = owners[owner]?.groups[number]
        owners[owner]?.groups[number] = new
        if new == nil, old != nil { doomedGroups.insert(number) } else { doomedGroups.remove(number) }
        hasDirtyGroups = true
        return old
    }

    /// What differs between the switch's groups and those that are wanted.
    mutating func planGroups(_ work: inout Work) {
        guard hasDirtyGroups else { return }
        for owner in owners.values {
            for (number, group) in owner.groups where group.rejection == nil {
                var wanted = group.group { ports.number(of: $0) }
                if let there = groups[number] {
                    guard !isSame(there, wanted) else { continue }
                    wanted.command = .modify
                }
                work.groups.append(wanted)
            }
        }
        doomedGroups = doomedGroups.filter { groups[$0] != nil }
        work.groupRemovals = doomedGroups.sorted().map { GroupMod(.delete, group: $0) }
        work.groups.sort { $0.group < $1.group }
        if work.groups.isEmpty, work.groupRemovals.isEmpty { hasDirtyGroups = false }
    }

    private func isSame(_ there: GroupDescription, _ wanted: GroupMod) -> Bool {
        if there.type == wanted.type, there.buckets == wanted.buckets { return true }
        guard let alias = groupAliases[wanted.group] else { return false }
        return alias.written.type == wanted.type && alias.written.buckets == wanted.buckets && alias.read == there
    }

    /// The switch was read: what we wrote and now read for the first time is how the switch puts it.
    mutating func readGroups(_ list: [GroupDescription]) {
        groups = Dictionary(list.map { ($0.group, $0) }) { $1 }
        for (number, written) in unreadGroups {
            guard let there = groups[number], there.type == written.type,
                there.buckets.count == written.buckets.count, there.buckets != written.buckets
            else { continue }
            groupAliases[number] = (written, there)
        }
        unreadGroups = [:]
        hasDirtyGroups = true
    }

    /// The switch did as it was told.
    mutating func took(_ group: GroupMod) {
        groupAliases[group.group] = nil
        if group.command == .delete {
            groups[group.group] = nil
            unreadGroups[group.group] = nil
            doomedGroups.remove(group.group)
        } else {
            groups[group.group] = GroupDescription(type: group.type, group: group.group, buckets: group.buckets)
            unreadGroups[group.group] = group
        }
    }

    /// Notes that the switch refused a group that somebody wanted before; nil if nobody does.
    mutating func refuseGroup(_ number: UInt32, _ reason: String) -> Action? {
        guard let owner = owners.first(where: { $0.value.groups[number] != nil })?.key,
            let group = owners[owner]?.groups[number]
        else { return nil }
        owners[owner]?.groups[number]?.rejection = reason
        return .tell(.rejected(owner: owner, object: group.object, text: group.text, reason: reason))
    }

    /// Reads a request's groups; says what is wrong with them.
    func checkGroups(
        _ change: FlowChange, _ refuse: (String, String) -> Void
    ) throws(FlowFailure) -> [(group: DesiredGroup, field: String)] {
        var checked: [(group: DesiredGroup, field: String)] = []
        var numbers: [UInt32: Int] = [:]
        for (index, item) in change.groups.enumerated() {
            let field = "groups[\(index)].text"
            let group: DesiredGroup
            do throws(FlowTextError) {
                group = try DesiredGroup(item.text, object: item.object)
            } catch {
                refuse(field, error.reason)
                continue
            }
            if let first = numbers[group.number] {
                refuse(field, "groups[\(first)] has the same number")
                continue
            }
            numbers[group.number] = index
            if let other = owners.first(where: { $0.key != change.owner && $0.value.groups[group.number] != nil }) {
                throw .exists(field: "groups[\(index)]", reason: "group \(group.number) is owner \(other.key)'s")
            }
            checked.append((group, "groups[\(index)]"))
        }
        return checked
    }

    /// Whether a new group's number is taken by one that is not ours.
    func groupConflict(of request: Request) -> FlowFailure? {
        for (number, old) in request.groups where old == nil && isConnected {
            guard groups[number] != nil, !doomedGroups.contains(number), let field = request.groupFields[number] else {
                continue
            }
            return .exists(field: field, reason: "the switch has a group \(number) that is not hvflowd's")
        }
        return nil
    }
}
