/// What a store has to make durable of one lease.
package enum LeaseChange: Equatable, Sendable {
    /// The lease is new, or is not as it was; its address is the key. Never of state `offered`.
    case put(Lease)
    /// Nothing is remembered of the address any more.
    case remove(LeaseAddress)

    /// The address of which something changed.
    package var address: LeaseAddress {
        switch self {
        case .put(let lease): lease.address
        case .remove(let address): address
        }
    }
}

/// Where leases outlive the process.
///
/// One thread at a time calls it, and waits: commits come from a thread of their own, everything else from the one that runs the
/// conducts while no commit is under way. The rule that makes leases durable is that **nothing that a batch promises is sent before
/// `commit` of the batch has returned**.
package protocol LeaseStore: AnyObject {
    /// Reads every lease, in any order; a row that cannot be understood is set aside and told of in the answer.
    ///
    /// Throws only if nothing at all can be read: bad rows are never a reason not to start.
    func load(_ body: (Lease) -> Void) throws(LeaseStoreError) -> [BadRow]

    /// Makes the changes durable, in their order, all or none; returns when they have reached the disk.
    ///
    /// After an error the caller drops the replies of the batch, keeps the changes, and hands them in once more before any
    /// others: the leases in memory are then ahead of the store, which is harmless, for no client was told of them.
    func commit(_ changes: [LeaseChange]) throws(LeaseStoreError)

    /// What was reserved by hand while a server ran.
    func reservations() throws(LeaseStoreError) -> [StoredReservation]

    /// Keeps a reservation, in the place of the one of its address.
    func keep(_ reservation: StoredReservation) throws(LeaseStoreError)

    /// Forgets the reservation of an address.
    func forgetReservation(of address: String) throws(LeaseStoreError)

    /// How far the server's clock was from the time of day, in nanoseconds, when that was last noted; nil if it never was.
    var clockOffset: Int64? { get set }

    /// Leaves what is held as those like to find it who open it next; nothing is asked of the store any more.
    func close()
}

extension LeaseStore {
    package func close() {}
}

/// A reservation that was made by hand, as text that people gave.
package struct StoredReservation: Equatable, Sendable {
    package let address: String
    package let client: String

    package init(address: String, client: String) {
        (self.address, self.client) = (address, client)
    }
}

/// A row of a store that was set aside.
package struct BadRow: Equatable, Sendable {
    /// Where it is now, as the store numbers rows.
    package let row: String
    /// What is wrong with it.
    package let reason: String

    package init(row: String, reason: String) {
        (self.row, self.reason) = (row, reason)
    }
}

/// Why a store could not be read, or did not take changes.
package struct LeaseStoreError: Error, Equatable, Sendable {
    /// What the store says, for logs.
    package let reason: String

    /// Whether what is there cannot be read any more, by anybody.
    package let isDamage: Bool

    package init(_ reason: String, isDamage: Bool = false) {
        (self.reason, self.isDamage) = (reason, isDamage)
    }
}
