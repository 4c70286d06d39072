package import OpenFlow

/// What hvflowd decides, without a switch, a disk or a clock: what owners want, what the switch has, and what to do about it.
///
/// It takes requests, what came from the switch, and the time, and says what to do. One piece of work is under way at a time:
/// reading the switch, putting a difference right, or a request. Flows whose cookie does not name an owner of ours are foreign:
/// they are seen, and never changed.
package struct FlowEngine: Sendable {
    /// How careful it is.
    package struct Settings: Hashable, Sendable {
        /// The most flows of an owner.
        package var flowLimit = 100_000
        /// The most meters of an owner.
        package var meterLimit = 65_536
        /// The most groups of an owner.
        package var groupLimit = 65_536
        /// The share of an owner's flows that a request may remove without `force`.
        package var removalShare = 0.5
        /// Owners with fewer flows are not asked for `force`.
        package var removalFloor = 20
        /// After so long the switch is read as a whole, whether or not it said something.
        package var readInterval: Duration = .seconds(60)
        /// So long differences are gathered before they are put right, so that a fight with somebody else costs little.
        package var repairPause: Duration = .milliseconds(10)

        package init() {}
    }

    /// What to do.
    package enum Action: Sendable {
        /// Read ports, meters, groups and flows, all of them, and give them to `read`.
        case read
        /// Change meters, and give the answer to `answered`.
        case meters([MeterMod])
        /// Change groups and flows in one atomic, ordered bundle, and give the answer to `answered`.
        case commit([BundledMessage.Change])
        /// Make a change durable, and say to `stored` whether it is.
        case store(StoredChange)
        /// A request has its answer.
        case respond(Int, Result<FlowChangeSummary, FlowFailure>)
        case tell(FlowEvent)
        /// The connection is no use: close it.
        case reconnect(String)
    }

    /// Whose a flow is.
    struct Reference: Hashable, Sendable {
        let owner: UInt16
        let key: DesiredKey
    }

    /// What an owner wants.
    struct Owner: Sendable {
        var generation: UInt64 = 0
        var flows: [DesiredKey: DesiredFlow] = [:]
        var meters: [UInt32: DesiredMeter] = [:]
        var groups: [UInt32: DesiredGroup] = [:]
        /// The flows of each object.
        var objects: [UInt32: Set<DesiredKey>] = [:]
    }

    /// A flow that the switch should have.
    struct Wanted: Sendable {
        let reference: Reference
        var flow: FlowMod
        let cookie: Cookie
    }

    /// A flow that the switch has.
    struct Installed: Sendable {
        var cookie: UInt64
        var instructions: [Instruction]
        /// Nil where an event did not tell.
        var flags: FlowMod.Flags?
        var importance: UInt16?
        var expires: Bool
    }

    /// What is under way.
    enum Stage: Sendable {
        case idle
        case reading
        case meters(Work)
        case flows(Work)
        case removal(Work)
        case storing(Work)
    }

    package let settings: Settings
    var owners: [UInt16: Owner] = [:]
    package internal(set) var revision: UInt64 = 0
    /// The revision that the switch has.
    package internal(set) var programmedRevision: UInt64 = 0

    var ports = PortTable()
    /// The flows that name a port.
    var naming: [String: Set<Reference>] = [:]
    /// By their place in the switch.
    var wanted: [FlowKey: Wanted] = [:]
    /// Flows whose place is another's.
    var shadowed: [FlowKey: [Reference]] = [:]

    package internal(set) var isConnected = false
    var installed: [FlowKey: Installed] = [:]
    var meters: [UInt32: MeterConfiguration] = [:]
    /// Places that may differ from what is wanted.
    var dirty: Set<FlowKey> = []
    /// Whether meters may differ.
    var hasDirtyMeters = false
    /// Meters of ours that nobody wants any more, and that the switch still has.
    var doomedMeters: Set<UInt32> = []
    var groups: [UInt32: GroupDescription] = [:]
    /// Whether groups may differ.
    var hasDirtyGroups = false
    /// Groups of ours that nobody wants any more, and that the switch still has.
    var doomedGroups: Set<UInt32> = []
    /// Groups that we wrote and have not read back, and how the switch gives back those that it puts otherwise.
    var unreadGroups: [UInt32: GroupMod] = [:]
    var groupAliases: [UInt32: (written: GroupMod, read: GroupDescription)] = [:]
    /// Flows that we wrote and have not read back: a difference in them is the switch's way of putting things.
    var unread: Set<FlowKey> = []
    /// How the switch gives back what we wrote.
    var aliases: [FlowKey: (written: [Instruction], read: [Instruction])] = [:]

    var stage = Stage.idle
    var queue: [(number: Int, change: FlowChange)] = []
    var nextRequest = 0
    /// Why the next repair is made.
    var trigger = "start"
    var needsRead = false
    var nextRead: Duration?
    var repairAt = Duration.zero

    package internal(set) var reconciliations: UInt64 = 0
    package internal(set) var repaired: UInt64 = 0

    /// Makes an engine without owners.
    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// When `tick` has something to do next; nil for never.
    package var deadline: Duration? {
        guard isConnected, case .idle = stage else { return nil }
        let repair = dirty.isEmpty && !hasDirtyMeters && !hasDirtyGroups ? nil : repairAt
        return [repair, nextRead].compactMap { $0 }.min()
    }

    /// Asks for a change; the number is that of the response.
    package mutating func submit(_ change: FlowChange, at now: Duration) -> (Int, [Action]) {
        nextRequest += 1
        queue.append((nextRequest, change))
        let number = nextRequest
        return (number, advance(at: now))
    }

    /// Time passed.
    package mutating func tick(at now: Duration) -> [Action] {
        if isConnected, let next = nextRead, now >= next, case .idle = stage {
            needsRead = true
            trigger = "timer"
        }
        return advance(at: now)
    }

    /// Begins the next piece of work, if none is under way.
    mutating func advance(at now: Duration) -> [Action] {
        var actions: [Action] = []
        while case .idle = stage {
            if isConnected, needsRead {
                needsRead = false
                stage = .reading
                actions.append(.read)
            } else if isConnected, !dirty.isEmpty || hasDirtyMeters || hasDirtyGroups, now >= repairAt || !queue.isEmpty
            {
                actions += repair(at: now)
            } else if !queue.isEmpty {
                let (number, change) = queue.removeFirst()
                actions += begin(number, change, at: now)
            } else {
                break
            }
        }
        return actions
    }
}
