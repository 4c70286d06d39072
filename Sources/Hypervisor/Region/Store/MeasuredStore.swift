import Linux
import Synchronization
package import Telemetry

/// A store, with a note of what was asked of it, what came of that, and how long it took.
package struct MeasuredStore: RegionStore {
    /// What can be asked.
    package enum Operation: String, CaseIterable, Sendable { case read, count, transaction, watch, session }

    /// What was seen of one operation.
    package struct Tally: Sendable {
        package var done: UInt64 = 0
        package var failed: UInt64 = 0
        package var durations = HistogramSnapshot()
    }

    private final class Notes: Sendable {
        private let tallies = Mutex<[Operation: Tally]>([:])

        /// Notes an operation's end; without its begin its time is not counted.
        func note(_ operation: Operation, since begin: UInt64? = nil, isDone: Bool) {
            let duration = begin.map { Clock.monotonic &- $0 }
            tallies.withLock { tallies in
                var tally = tallies.removeValue(forKey: operation) ?? Tally()
                if isDone { tally.done += 1 } else { tally.failed += 1 }
                if let duration { tally.durations.record(nanoseconds: duration) }
                tallies[operation] = tally
            }
        }

        var all: [Operation: Tally] { tallies.withLock { $0 } }
    }

    private let store: any RegionStore
    private let notes = Notes()

    package init(_ store: any RegionStore) { self.store = store }

    package var name: String { store.name }
    package var callCount: Int { store.callCount }
    package var watchRestarts: Int { store.watchRestarts }

    /// What was asked since the start, by operation.
    package var tallies: [Operation: Tally] { notes.all }

    private func measuring<Answer: Sendable>(
        _ operation: Operation, _ body: () async throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        let begin = Clock.monotonic
        do throws(StoreError) {
            let answer = try await body()
            notes.note(operation, since: begin, isDone: true)
            return answer
        } catch {
            notes.note(operation, since: begin, isDone: false)
            throw error
        }
    }

    package func read(
        _ range: KeyRange, limit: Int, keysOnly: Bool, at revision: Int64
    ) async throws(StoreError) -> StorePage {
        try await measuring(.read) { () throws(StoreError) in
            try await store.read(range, limit: limit, keysOnly: keysOnly, at: revision)
        }
    }

    package func count(_ range: KeyRange) async throws(StoreError) -> Int {
        try await measuring(.count) { () throws(StoreError) in try await store.count(range) }
    }

    package func transact(_ transaction: StoreTransaction) async throws(StoreError) -> StoreOutcome {
        try await measuring(.transaction) { () throws(StoreError) in try await store.transact(transaction) }
    }

    package func watch(
        _ range: KeyRange, after revision: Int64, _ body: @escaping @Sendable (StoreChanges) async -> Void
    ) async throws(StoreError) {
        // A watch lasts as long as it may: its time says nothing.
        do throws(StoreError) {
            try await store.watch(range, after: revision, body)
            notes.note(.watch, isDone: true)
        } catch {
            notes.note(.watch, isDone: false)
            throw error
        }
    }

    package func openSession(lifetime: Duration) async throws(StoreError) -> any StoreSession {
        try await measuring(.session) { () throws(StoreError) in try await store.openSession(lifetime: lifetime) }
    }
}
