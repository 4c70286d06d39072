package import DHCP

/// What became of frames, by name: what `Stats` and metrics show.
package struct AddressTally: Equatable, Sendable {
    /// What is counted, and of which message; `outcome` is the answer's type, or the reason.
    package struct Key: Hashable, Sendable {
        package enum Kind: String, Sendable { case received, answered, taken, dropped, refused }
        package var kind: Kind
        package var message: StaticName
        package var outcome: StaticName

        /// The frames that came.
        package static let received = Key(kind: .received, message: "frame", outcome: "none")

        /// As `dropped.frame.rate-limit`.
        package var name: String {
            switch kind {
            case .received: kind.rawValue
            case .answered, .dropped: "\(kind.rawValue).\(message).\(outcome)"
            case .taken: "\(kind.rawValue).\(message)"
            case .refused: "\(kind.rawValue).\(outcome)"
            }
        }
    }

    package private(set) var counts: [Key: UInt64] = [:]

    package init() {}

    package mutating func add(_ key: Key, _ count: UInt64 = 1) { counts[key, default: 0] &+= count }

    package mutating func drop(_ message: StaticName, _ reason: StaticName) {
        add(Key(kind: .dropped, message: message, outcome: reason))
    }

    /// Counts what a conduct says happened.
    package mutating func count(_ event: ConductEvent.Kind) {
        switch event {
        case .answered(let message, let answer): add(Key(kind: .answered, message: message, outcome: answer))
        case .taken(let message): add(Key(kind: .taken, message: message, outcome: "none"))
        case .dropped(let message, let reason): drop(message, reason)
        case .refused(let reason): add(Key(kind: .refused, message: "none", outcome: reason))
        // Of a server that is forgotten no lease ends.
        case .lease: break
        }
    }

    package mutating func add(_ other: AddressTally) {
        for (key, count) in other.counts { add(key, count) }
    }

    /// By name, for people and programs.
    package var named: [String: UInt64] {
        Dictionary(counts.map { ($0.key.name, $0.value) }, uniquingKeysWith: &+)
    }
}
