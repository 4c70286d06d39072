import DHCP
import Logging

extension ServerLoop {
    /// Takes over what servers that share the store have done, unless a batch is under way, whose own changes would seem theirs.
    ///
    /// What was decided on these addresses before, and is not saved, was decided on the ground of what is no longer so: its promises
    /// are not sent, and the clients ask again.
    func adoptOthers() {
        guard !isCommitting, let shared = store as? any SharedLeaseStore else { return }
        let changes = shared.takeChangesOfOthers()
        guard !changes.isEmpty else { return }
        let now = clock.now
        for change in changes {
            conduct.adopt(change, at: now)
            conduct6.adopt(change, at: now)
        }
        let addresses = Set(changes.map(\.address))
        unsaved.removeAll { addresses.contains($0.address) }
        guard waiting.changes.contains(where: { addresses.contains($0.address) }) else { return }
        waiting.changes.removeAll { addresses.contains($0.address) }
        waiting.dropTransmissions()
    }

    /// Says that another server was first.
    func tellRefused(_ refused: [LeaseAddress]) {
        logger.info(
            "another server was first, whose leases count; the clients ask again",
            metadata: [
                "addresses": "\(refused.prefix(8).map(\.description).joined(separator: " "))",
                "count": "\(refused.count)",
            ])
    }
}
