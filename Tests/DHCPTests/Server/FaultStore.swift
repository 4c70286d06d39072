import DHCP

/// A store that loses what was not synced when its machine crashes, as a disk does.
final class FaultStore: LeaseStore {
    /// What has reached the disk, and what has only been written.
    private var durable: [LeaseAddress: Lease] = [:]
    private var unsynced: [LeaseChange] = []

    /// Whether a commit syncs: a server whose store does not must fail the tests.
    let syncs: Bool

    /// Whether the disk is full.
    var isFull = false
    var clockOffset: Int64?
    private(set) var commits = 0

    init(syncs: Bool) { self.syncs = syncs }

    func load(_ body: (Lease) -> Void) throws(LeaseStoreError) -> [BadRow] {
        for lease in durable.values.sorted(by: { $0.address.rawValue < $1.address.rawValue }) { body(lease) }
        return []
    }

    func commit(_ changes: [LeaseChange]) throws(LeaseStoreError) {
        guard !isFull else { throw LeaseStoreError("no space left on device") }
        commits += 1
        unsynced += changes
        if syncs { sync(unsynced.count) }
    }

    /// The machine stops: of what was not synced a part may have reached the disk, in order.
    func crash(using random: inout SeededRandom) {
        sync(unsynced.isEmpty ? 0 : Int.random(in: 0...unsynced.count, using: &random))
        unsynced = []
    }

    private func sync(_ count: Int) {
        for change in unsynced.prefix(count) {
            switch change {
            case .put(let lease): durable[lease.address] = lease
            case .remove(let address): durable[address] = nil
            }
        }
        unsynced.removeFirst(count)
    }

    func reservations() throws(LeaseStoreError) -> [StoredReservation] { [] }
    func keep(_ reservation: StoredReservation) throws(LeaseStoreError) {}
    func forgetReservation(of address: String) throws(LeaseStoreError) {}
}
