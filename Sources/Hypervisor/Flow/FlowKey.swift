import OpenFlow

/// What tells a switch's flows apart: two with the same key cannot both be there.
struct FlowKey: Hashable, Sendable {
    let table: UInt8
    let priority: UInt16
    /// In canonical form.
    let match: Match
    /// Keys are looked up many times, and matches take long to hash.
    private let digest: Int

    init(table: UInt8, priority: UInt16, match: Match) {
        (self.table, self.priority, self.match) = (table, priority, match.canonical)
        var hasher = Hasher()
        hasher.combine(table)
        hasher.combine(priority)
        hasher.combine(self.match)
        digest = hasher.finalize()
    }

    static func == (left: FlowKey, right: FlowKey) -> Bool {
        left.digest == right.digest && left.table == right.table && left.priority == right.priority
            && left.match == right.match
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    init(_ flow: FlowMod) { self.init(table: flow.table, priority: flow.priority, match: flow.match) }

    init(_ flow: FlowStatistics) { self.init(table: flow.table, priority: flow.priority, match: flow.match) }

    init(_ flow: FlowUpdate.Full) { self.init(table: flow.table, priority: flow.priority, match: flow.match) }
}

/// What tells an owner's flows apart: the same, whatever number the port has that packets come in at.
struct DesiredKey: Hashable, Sendable {
    let key: FlowKey
    /// The port's name; then the key's match does not speak of it.
    let inPort: String?

    init(_ flow: FlowMod, _ template: FlowTemplate) {
        var match = flow.match
        if template.inPort != nil {
            match.remove(.inPort)
            match.remove(.inPort16)
        }
        key = FlowKey(table: flow.table, priority: flow.priority, match: match)
        inPort = template.inPort
    }
}

/// What a flow of ours is marked with: its owner in the high 16 bits, then the round, then the object.
struct Cookie: Hashable, Sendable {
    var owner: UInt16
    /// The low bits of the owner's generation that brought the flow; it tells people, and says nothing about whose flow it is.
    var round: UInt16
    var object: UInt32

    init(owner: UInt16, round: UInt16, object: UInt32) {
        (self.owner, self.round, self.object) = (owner, round, object)
    }

    init(_ value: UInt64) {
        owner = UInt16(truncatingIfNeeded: value >> 48)
        round = UInt16(truncatingIfNeeded: value >> 32)
        object = UInt32(truncatingIfNeeded: value)
    }

    var value: UInt64 { UInt64(owner) << 48 | UInt64(round) << 32 | UInt64(object) }

    /// The bits that say whose flow it is.
    static let ownerMask: UInt64 = 0xFFFF << 48
}
