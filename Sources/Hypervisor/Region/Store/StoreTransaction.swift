/// Changes that are made together if some conditions hold.
package struct StoreTransaction: Equatable, Sendable {
    /// etcd's standard limit (`--max-txn-ops`).
    package static let operationLimit = 128

    package var conditions: [Condition] = []
    package var changes: [Change] = []
    /// Read when the conditions do not hold, and also after the changes when they do.
    package var reads: [KeyRange] = []

    /// A key and a value that nobody else puts.
    ///
    /// Where it is found after a failure, the change was made, and the failure was that of the answer. With it the transaction may be repeated safely, for at least one condition no longer holds once it was made.
    package var witness: Witness?

    package init() {}

    package struct Witness: Equatable, Sendable {
        package var key: String
        package var value: [UInt8]

        package init(key: String, value: [UInt8]) { (self.key, self.value) = (key, value) }
    }

    package enum Condition: Equatable, Sendable {
        /// There is no such key; of a range, not one.
        case absent(KeyRange)
        /// There is such a key.
        case present(String)
        /// It was last put at this revision.
        case unchanged(String, Int64)
        /// It has this value.
        case holds(String, [UInt8])
    }

    package enum Change: Equatable, Sendable {
        /// `lease` 0: for good.
        case put(String, [UInt8], lease: Int64 = 0)
        case remove(KeyRange)
    }

    /// Puts a value that is this transaction's alone, by which it is known again.
    package mutating func put(_ key: String, witnessing value: [UInt8]) {
        changes.append(.put(key, value))
        witness = Witness(key: key, value: value)
    }
}

/// What became of a transaction.
package struct StoreOutcome: Equatable, Sendable {
    /// Whether the conditions held, and the changes were made.
    package var isDone: Bool
    /// The revision of the changes, or the store's.
    package var revision: Int64
    /// What was read, a page for each range.
    package var reads: [[StoreEntry]]

    package init(isDone: Bool, revision: Int64, reads: [[StoreEntry]]) {
        (self.isDone, self.revision, self.reads) = (isDone, revision, reads)
    }
}
