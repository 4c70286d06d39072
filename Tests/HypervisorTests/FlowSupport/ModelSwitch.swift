import Hypervisor
import OpenFlow
import Wire

/// A switch as it behaves towards hvflowd, without packets: flows by table, priority and match, bundles that are all or nothing.
struct ModelSwitch {
    struct Place: Hashable {
        let table: UInt8
        let priority: UInt16
        let match: Match

        init(_ flow: FlowMod) { (table, priority, match) = (flow.table, flow.priority, flow.match.canonical) }
    }

    private(set) var flows: [Place: FlowMod] = [:]
    /// How often a flow was put anew, which loses what it counted.
    private(set) var births: [Place: Int] = [:]
    private(set) var meters: [UInt32: MeterMod] = [:]
    private(set) var groups: [UInt32: GroupDescription] = [:]
    var ports: [String: UInt32] = [:]

    /// Flows of this priority are refused when they are added.
    static let refusedPriority: UInt16 = 666

    /// What a bundle answers.
    mutating func commit(_ bundle: [BundledMessage.Change]) -> Session.Answer {
        // What a flow needs must be there by then.
        var there = Set(groups.keys)
        let refusals = bundle.enumerated().filter { _, change in
            switch change {
            case .group(let group):
                if group.command == .delete { there.remove(group.group) } else { there.insert(group.group) }
                return group.command == .modify && groups[group.group] == nil
            case .flow(let flow):
                let named = flow.instructions.text.firstMatch(of: /group:(\d+)/).flatMap { UInt32($0.1) }
                return flow.command != .deleteStrict
                    && (flow.priority == Self.refusedPriority && flow.command == .add
                        || named.map { !there.contains($0) } ?? false)
            default: return true
            }
        }
        .map { Session.Refusal(index: $0.offset, error: ErrorMessage(.badOutGroup, about: [])) }
        guard refusals.isEmpty else { return .refused(refusals) }
        for change in bundle {
            if case .group(let group) = change { take(group) }
            guard case .flow(let change) = change else { continue }
            let place = Place(change)
            switch change.command {
            case .add:
                flows[place] = change
                births[place, default: 0] += 1
            case .modifyStrict:
                guard let there = flows[place], (there.cookie ^ change.cookie) & change.cookieMask == 0 else {
                    continue
                }
                flows[place]?.instructions = change.instructions
            case .deleteStrict:
                guard let there = flows[place], (there.cookie ^ change.cookie) & change.cookieMask == 0 else {
                    continue
                }
                flows[place] = nil
            default: break
            }
        }
        return .done
    }

    /// A group that goes takes along the flows that name it.
    private mutating func take(_ group: GroupMod) {
        guard group.command == .delete else {
            groups[group.group] = GroupDescription(type: group.type, group: group.group, buckets: group.buckets)
            return
        }
        groups[group.group] = nil
        flows = flows.filter { !$0.value.instructions.text.contains("group:\(group.group)") }
    }

    mutating func change(_ list: [MeterMod]) -> Session.Answer {
        for meter in list { meters[meter.meter] = meter.command == .delete ? nil : meter }
        return .done
    }

    /// Somebody else puts a flow there.
    mutating func put(_ flow: FlowMod) -> FlowUpdate {
        let place = Place(flow)
        let event: FlowUpdate.Full.Event = flows[place] == nil ? .added : .modified
        flows[place] = flow
        return .full(Self.update(event, flow))
    }

    /// Somebody else takes a flow away.
    mutating func take(_ place: Place) -> FlowUpdate? {
        flows.removeValue(forKey: place).map { .full(Self.update(.removed, $0)) }
    }

    /// Somebody else takes a meter and a group of a number away, and their flows go with them.
    mutating func take(number: UInt32) -> FlowUpdate? {
        (meters[number], groups[number]) = (nil, nil)
        let victims = flows.filter { _, flow in
            let text = flow.instructions.text
            return text.contains("group:\(number)") || text.contains("meter:\(number)")
        }
        return victims.keys.map { take($0) }.first ?? nil
    }

    /// Everything is lost.
    mutating func restart() { (flows, meters, groups) = ([:], [:], [:]) }

    private static func update(_ event: FlowUpdate.Full.Event, _ flow: FlowMod) -> FlowUpdate.Full {
        var update = FlowUpdate.Full(event)
        (update.table, update.priority, update.cookie) = (flow.table, flow.priority, flow.cookie)
        (update.match, update.instructions) = (flow.match, flow.instructions)
        return update
    }

    var statistics: [FlowStatistics] {
        flows.values.map { flow in
            var statistics = FlowStatistics()
            (statistics.table, statistics.priority, statistics.cookie) = (flow.table, flow.priority, flow.cookie)
            (statistics.match, statistics.instructions) = (flow.match, flow.instructions)
            (statistics.flags, statistics.importance) = (flow.flags, flow.importance)
            return statistics
        }
    }

    var portDescriptions: [PortDescription] {
        ports.map {
            PortDescription(number: PortNumber(rawValue: $0.value), address: MACAddress(rawValue: 0), name: $0.key)
        }
    }

    var meterConfigurations: [MeterConfiguration] {
        meters.values.map { MeterConfiguration(flags: $0.flags, meter: $0.meter, bands: $0.bands) }
    }

    /// The flows as texts with their cookies, in order.
    var texts: [String] { flows.values.map(\.description).sorted() }
}
