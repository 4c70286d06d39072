import GRPCCore
import Linux
package import Logging

/// The regional service: what can be done to droplets, pools and hypervisors, whoever asks.
///
/// Nothing is decided here alone: each change is one transaction of the store, whose conditions say what it was decided upon. So any number of
/// instances may work on one store, and each may die at any moment.
package struct Region: Sendable {
    package let store: any RegionStore
    package let keys: RegionKeys
    let pools: PoolBook
    let logger: Logger

    /// How often a change is tried anew that somebody else came before.
    static let attemptLimit = 64

    package init(store: any RegionStore, keys: RegionKeys, logger: Logger) {
        (self.store, self.keys, self.logger) = (store, keys, logger)
        pools = PoolBook(store)
    }

    /// Follows the store until the task is cancelled; without it everything works, with more questions.
    package func run() async { await pools.run() }

    /// Reads how many shards the region has, and decides it if nobody has yet.
    package static func keys(in store: any RegionStore, shards: Int) async throws(RegionError) -> RegionKeys {
        var transaction = StoreTransaction()
        transaction.conditions = [.absent(KeyRange(RegionKeys.shardCount))]
        transaction.changes = [.put(RegionKeys.shardCount, Array("\(shards)".utf8))]
        transaction.reads = [KeyRange(RegionKeys.shardCount)]
        transaction.witness = .init(key: RegionKeys.shardCount, value: Array("\(shards)".utf8))
        let outcome = try await asking { () throws(StoreError) in try await store.transact(transaction) }
        guard let text = outcome.reads.first?.first.map({ String(decoding: $0.value, as: UTF8.self) }),
            let count = Int(text), (1...4096).contains(count)
        else { throw RegionError(.internalError, nil, "\(RegionKeys.shardCount) of the store is no number of shards") }
        return RegionKeys(shards: count)
    }

    /// Asks the store, and says as a region does what it answers.
    static func asking<Answer: Sendable>(
        _ body: () async throws(StoreError) -> Answer
    ) async throws(RegionError) -> Answer {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw RegionError(error)
        }
    }

    func entry(_ key: String) async throws(RegionError) -> StoreEntry? {
        try await Self.asking { () throws(StoreError) in try await store.entry(key) }
    }

    func transact(_ transaction: StoreTransaction) async throws(RegionError) -> StoreOutcome {
        try await Self.asking { () throws(StoreError) in try await store.transact(transaction) }
    }

    /// A value that nobody else writes: `text`, and a number by chance.
    static func nonce(_ text: String) -> [UInt8] {
        Array("\(text) \(String(UInt64.random(in: 0...UInt64.max), radix: 36))".utf8)
    }

    /// Takes note, in a transaction, that something of a hypervisor's droplets changed.
    func advance(_ hypervisor: String, in transaction: inout StoreTransaction) {
        transaction.changes.append(
            .put(keys.generation(hypervisor), Self.nonce("\(Clock.real / 1_000_000)")))
    }
}

/// Where a droplet is, and at which revision.
struct DropletPlace {
    let hypervisor: String
    let revision: Int64

    init?(_ entry: StoreEntry) {
        guard let hypervisor = String(decoding: entry.value, as: UTF8.self).split(separator: " ").first else {
            return nil
        }
        (self.hypervisor, revision) = (String(hypervisor), entry.modRevision)
    }
}
