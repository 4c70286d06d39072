import DHCP
import Logging

extension ServerLoop {
    /// Takes over what servers that share the store have done.
    func adoptOthers() {
        guard let shared = store as? any SharedLeaseStore else { return }
        let now = clock.now
        for change in shared.takeChangesOfOthers() {
            conduct.adopt(change, at: now)
            conduct6.adopt(change, at: now)
        }
    }

    /// Commits to a shared store; whether all of it was taken.
    func commitShared(_ shared: any SharedLeaseStore) throws(LeaseStoreError) -> Bool {
        let refused = try shared.commitShared(outcome.changes)
        guard !refused.isEmpty else { return true }
        logger.info(
            "another server was first, whose leases count; the clients ask again",
            metadata: [
                "addresses": "\(refused.prefix(8).map(\.description).joined(separator: " "))",
                "count": "\(refused.count)",
            ])
        adoptOthers()
        return false
    }
}
