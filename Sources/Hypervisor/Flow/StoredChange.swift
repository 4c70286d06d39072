import OpenFlow

/// A flow as it is kept.
package struct StoredFlow: Hashable, Sendable {
    package var text: String
    package var object: UInt32
    var round: UInt16

    init(text: String, object: UInt32, round: UInt16) {
        (self.text, self.object, self.round) = (text, object, round)
    }

    init(_ flow: DesiredFlow) { self.init(text: flow.text, object: flow.object, round: flow.round) }
}

/// A meter as it is kept.
package struct StoredMeter: Hashable, Sendable {
    package var text: String
    package var object: UInt32

    init(text: String, object: UInt32) { (self.text, self.object) = (text, object) }

    init(_ meter: DesiredMeter) { self.init(text: meter.text, object: meter.object) }
}

/// A change of an owner's, as it is kept: what went, then what came.
package struct StoredChange: Hashable, Sendable {
    package var owner: UInt16
    package var generation: UInt64
    package var revision: UInt64
    var removed: [String] = []
    package var added: [StoredFlow] = []
    var removedMeters: [UInt32] = []
    var addedMeters: [StoredMeter] = []
    var removedGroups: [UInt32] = []
    var addedGroups: [StoredGroup] = []
    /// Whether it says all that the owner wants, and not a difference.
    package var isWhole = false

    /// The first word of every record: whose format it is, and which.
    static let magic = "apus-hvflowd 1"

    /// A line for each: `magic`, what it is about, and then a flow, a meter or a group each.
    ///
    /// Texts have no line breaks, as is seen to when they come.
    package var text: String {
        var lines = [
            "\(Self.magic) \(isWhole ? "whole" : "change") owner=\(owner) generation=\(generation) revision=\(revision)"
        ]
        lines.reserveCapacity(1 + removed.count + added.count)
        for text in removed { lines.append("- \(text)") }
        for number in removedMeters { lines.append("-meter \(number)") }
        for meter in addedMeters { lines.append("+meter \(meter.object) \(meter.text)") }
        for number in removedGroups { lines.append("-group \(number)") }
        for group in addedGroups { lines.append("+group \(group.object) \(group.text)") }
        for flow in added { lines.append("+ \(flow.object) \(flow.round) \(flow.text)") }
        return lines.joined(separator: "\n")
    }

    init(
        owner: UInt16, generation: UInt64, revision: UInt64, removed: [String] = [], added: [StoredFlow] = [],
        removedMeters: [UInt32] = [], addedMeters: [StoredMeter] = [],
        removedGroups: [UInt32] = [], addedGroups: [StoredGroup] = [], isWhole: Bool = false
    ) {
        (self.owner, self.generation, self.revision) = (owner, generation, revision)
        (self.removed, self.added, self.isWhole) = (removed, added, isWhole)
        (self.removedMeters, self.addedMeters) = (removedMeters, addedMeters)
        (self.removedGroups, self.addedGroups) = (removedGroups, addedGroups)
    }

    /// Reads a record; nil if it is none of ours.
    package init?(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: true)[...]
        guard let head = lines.popFirst(), head.hasPrefix(Self.magic + " ") else { return nil }
        let words = head.dropFirst(Self.magic.count + 1).split(separator: " ")
        guard words.count == 4, ["whole", "change"].contains(words[0]) else { return nil }
        func number<Number: FixedWidthInteger>(_ word: Substring, _ name: String) -> Number? {
            word.hasPrefix(name + "=") ? Number(word.dropFirst(name.count + 1)) : nil
        }
        guard let owner: UInt16 = number(words[1], "owner"), let generation: UInt64 = number(words[2], "generation"),
            let revision: UInt64 = number(words[3], "revision")
        else { return nil }
        self.init(owner: owner, generation: generation, revision: revision, isWhole: words[0] == "whole")
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "-": removed.append(String(parts[1]))
            case "-meter":
                guard let number = UInt32(parts[1]) else { return nil }
                removedMeters.append(number)
            case "+meter":
                let parts = parts[1].split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let object = UInt32(parts[0]) else { return nil }
                addedMeters.append(StoredMeter(text: String(parts[1]), object: object))
            case "-group":
                guard let number = UInt32(parts[1]) else { return nil }
                removedGroups.append(number)
            case "+group":
                let parts = parts[1].split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let object = UInt32(parts[0]) else { return nil }
                addedGroups.append(StoredGroup(text: String(parts[1]), object: object))
            case "+":
                let parts = parts[1].split(separator: " ", maxSplits: 2)
                guard parts.count == 3, let object = UInt32(parts[0]), let round = UInt16(parts[1]) else { return nil }
                added.append(StoredFlow(text: String(parts[2]), object: object, round: round))
            default: return nil
            }
        }
    }
}

extension FlowEngine {
    /// Takes what was kept, in its order, before anything else.
    package mutating func restore(_ change: StoredChange) throws(HypervisorError) {
        func refused(_ text: String, _ reason: String) -> HypervisorError {
            HypervisorError("restore the flows of owner \(change.owner)", "'\(text)': \(reason)")
        }
        if change.isWhole || owners[change.owner] == nil { owners[change.owner] = owners[change.owner] ?? Owner() }
        do {
            var text = ""
            do throws(FlowTextError) {
                for line in change.removed {
                    text = line
                    let key = try DesiredFlow(text, object: 0, resolve: { _ in nil }).key
                    replace(change.owner, key, with: nil as DesiredFlow?)
                }
                for number in change.removedMeters { replace(change.owner, number, with: nil as DesiredMeter?) }
                for meter in change.addedMeters {
                    text = meter.text
                    let wanted = try DesiredMeter(text, object: meter.object)
                    replace(change.owner, wanted.meter.meter, with: wanted)
                }
                for number in change.removedGroups { replaceGroup(change.owner, number, with: nil) }
                for group in change.addedGroups {
                    text = group.text
                    let wanted = try DesiredGroup(text, object: group.object)
                    replaceGroup(change.owner, wanted.number, with: wanted)
                }
                for flow in change.added {
                    text = flow.text
                    var wanted = try DesiredFlow(text, object: flow.object, resolve: { _ in nil })
                    wanted.round = flow.round
                    replace(change.owner, wanted.key, with: wanted)
                }
            } catch {
                throw refused(text, error.reason)
            }
        }
        owners[change.owner]?.generation = change.generation
        revision = max(revision, change.revision)
        // A switch that was not read yet has nothing that would have to go.
        (doomedMeters, doomedGroups) = ([], [])
        dirty = []
    }

    /// All that an owner wants, to be kept.
    package func whole(_ owner: UInt16) -> StoredChange {
        let state = owners[owner] ?? Owner()
        return StoredChange(
            owner: owner, generation: state.generation, revision: revision,
            added: state.flows.values.map(StoredFlow.init),
            addedMeters: state.meters.values.map(StoredMeter.init),
            addedGroups: state.groups.values.map(StoredGroup.init), isWhole: true)
    }
}
