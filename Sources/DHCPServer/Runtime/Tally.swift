package import DHCP

/// What a server has done so far, by name: what metrics and `apus dhcp stats` show.
package struct Tally: Sendable {
    /// A message and what became of it.
    package struct Key: Hashable, Sendable {
        package var message: StaticName
        package var outcome: StaticName
    }

    /// Messages that were answered, by the answer's type; `none` for those that need no answer.
    package var answered: [Key: UInt64] = [:]

    /// Messages that were not answered, by the reason; frames that were no messages are under `frame`.
    package var dropped: [Key: UInt64] = [:]

    /// Refusals (NAK), by the reason.
    package var refused: [StaticName: UInt64] = [:]

    /// Leases that became something else than a client asked for, by the reason.
    package var ended: [StaticName: UInt64] = [:]

    /// Commits, the changes in them, and the nanoseconds that they took.
    package var commits: UInt64 = 0
    package var changes: UInt64 = 0
    package var commitTime: UInt64 = 0
    package var longestCommit: UInt64 = 0
    package var failedCommits: UInt64 = 0

    /// Transmissions that the kernel refused.
    package var unsent: UInt64 = 0

    /// Frames that the kernel had no room for.
    package var lost: UInt64 = 0

    mutating func count(_ event: ConductEvent.Kind) {
        switch event {
        case .answered(let message, let answer): answered[Key(message: message, outcome: answer), default: 0] &+= 1
        case .taken(let message): answered[Key(message: message, outcome: "none"), default: 0] &+= 1
        case .dropped(let message, let reason): drop(message, reason)
        case .refused(let reason): refused[reason, default: 0] &+= 1
        case .lease(_, _, let reason): ended[reason, default: 0] &+= 1
        }
    }

    mutating func drop(_ message: StaticName, _ reason: StaticName) {
        dropped[Key(message: message, outcome: reason), default: 0] &+= 1
    }
}
