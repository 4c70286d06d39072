/// What an owner asks to be changed.
package struct FlowChange: Sendable {
    /// A flow or a meter, and what it belongs to.
    package struct Item: Hashable, Sendable {
        package var text: String
        package var object: UInt32

        package init(_ text: String, object: UInt32 = 0) { (self.text, self.object) = (text, object) }
    }

    /// What is done.
    package enum Kind: Hashable, Sendable {
        /// Adds; with objects, what these have beside goes.
        case add(replacing: Set<UInt32>?)
        /// Takes objects' flows away, and those with the same key as the texts.
        case delete(objects: Set<UInt32>)
        /// Leaves nothing else.
        case set
    }

    package var owner: UInt16
    package var kind: Kind
    package var flows: [Item]
    package var meters: [Item]
    package var groups: [Item]
    package var generation: UInt64?
    package var expectedGeneration: UInt64?
    package var force = false

    /// Makes one.
    package init(
        _ kind: Kind, owner: UInt16, flows: [Item] = [], meters: [Item] = [], groups: [Item] = [],
        generation: UInt64? = nil,
        expectedGeneration: UInt64? = nil, force: Bool = false
    ) {
        (self.kind, self.owner, self.flows, self.meters) = (kind, owner, flows, meters)
        self.groups = groups
        (self.generation, self.expectedGeneration, self.force) = (generation, expectedGeneration, force)
    }
}

/// What a change did.
package struct FlowChangeSummary: Hashable, Sendable {
    package var generation: UInt64 = 0
    package var revision: UInt64 = 0
    package var added = 0
    package var changed = 0
    package var removed = 0
    package var unchanged = 0
    package var isProgrammed = false
    package var missingPorts: [String] = []
}

/// Why a change was refused; nothing of it was done.
package enum FlowFailure: Error, Hashable, Sendable {
    /// Fields of the request are wrong.
    case invalid([InvalidArgument.Violation])
    /// The request does not fit to what is there: its generation, or how much it removes.
    case precondition(String)
    /// Another's flow has the same place.
    case exists(field: String, reason: String)
    /// There would be too many.
    case exhausted(String)
    /// The switch refused an item, with OpenFlow's name of the error, which is about nothing single if the field is empty.
    case refused(field: String, error: String, type: UInt16, number: UInt16)
    /// It could not be made durable.
    case storage(String)
}

/// Something that those who watch are told.
package enum FlowEvent: Hashable, Sendable {
    case changed(owner: UInt16, FlowChangeSummary)
    case reconciled(trigger: String, added: Int, changed: Int, removed: Int, revision: UInt64)
    case port(name: String, number: UInt32, previous: UInt32)
    case connected(Bool, reason: String)
    case rejected(owner: UInt16, object: UInt32, text: String, reason: String)

    /// Whom it is about; nil if about nobody in particular.
    package var owner: UInt16? {
        switch self {
        case .changed(let owner, _), .rejected(let owner, _, _, _): owner
        default: nil
        }
    }
}
