/// A store that other servers use at the same time.
///
/// Each server keeps its own table, which may be behind the others'. That no address is lent twice does not rest on it: what a server
/// commits is taken only if the store has of the address what the server knew of it.
package protocol SharedLeaseStore: LeaseStore {
    /// Makes durable those changes that are made upon what the store has; the addresses of the others, whose changes are void.
    ///
    /// Nothing of the batch is sent if there are any: `takeChangesOfOthers` then tells what the store has instead.
    func commitShared(_ changes: [LeaseChange]) throws(LeaseStoreError) -> [LeaseAddress]

    /// What others have changed since this was last called, in the order in which it happened.
    func takeChangesOfOthers() -> [LeaseChange]
}
