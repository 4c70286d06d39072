import FoundationEssentials
import GRDB

/// The region in a file, for one `rns` alone.
///
/// An SQLite database whose every change is synced before the answer; revisions are kept with it, what happened at them is not: a
/// watch can only go on from what this process has seen.
package actor FileRegionStore: RegionStore {
    package nonisolated let name: String
    private let queue: DatabaseQueue
    private var revision: Int64
    private var history: [StoreChanges] = []
    private var historyBegin: Int64
    private var watchers: [Int: AsyncStream<StoreChanges>.Continuation] = [:]
    private var nextWatcher = 0
    private nonisolated let calls = CallCounter()

    /// How many changes are remembered for those who begin to watch after they have read.
    private static let historyLimit = 4_096

    /// Opens the file, or makes it.
    package init(path: String) throws(StoreError) {
        name = path
        do {
            queue = try Self.open(path)
            revision = try queue.read { db in
                try Int64.fetchOne(db, sql: "SELECT value FROM state WHERE name = 'revision'") ?? 1
            }
        } catch {
            throw .refused("\(path): \(error)")
        }
        historyBegin = revision
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.label = "region"
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { db in
            // Two who write one file would each believe to be alone.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS entry (
                        key BLOB PRIMARY KEY, value BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
                        lease INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                    """)
            // Sessions end with the process that had them.
            try db.execute(sql: "DELETE FROM entry WHERE lease != 0")
        }
        return queue
    }

    /// Where the caller is asynchronous these would be, too: one after the other is what makes revisions.
    private func reading<Result>(_ body: (Database) throws -> Result) throws -> Result { try queue.read(body) }
    private func writing<Result>(_ body: (Database) throws -> Result) throws -> Result { try queue.write(body) }

    package nonisolated var callCount: Int { calls.value }

    package func read(
        _ range: KeyRange, limit: Int, keysOnly: Bool, at revision: Int64
    ) async throws(StoreError) -> StorePage {
        calls.count()
        do {
            let found = try reading { db in try Self.entries(db, range, limit: limit == 0 ? 0 : limit + 1) }
            let hasMore = limit > 0 && found.count > limit
            return StorePage(
                entries: hasMore ? Array(found.dropLast()) : found, hasMore: hasMore, revision: self.revision)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    package func count(_ range: KeyRange) async throws(StoreError) -> Int {
        calls.count()
        do {
            return try reading { db in
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM entry WHERE key >= ? AND key < ?",
                    arguments: [Self.octets(range.first), Self.octets(range.end ?? range.first + "\0")]) ?? 0
            }
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// As octets keys are in etcd's order, and one with a zero behind it is a key like any.
    private static func octets(_ key: String) -> Data { Data(key.utf8) }

    private static func entries(_ db: Database, _ range: KeyRange, limit: Int = 0) throws -> [StoreEntry] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT key, value, created, modified FROM entry WHERE key >= ? AND key < ? ORDER BY key LIMIT ?
                """, arguments: [octets(range.first), octets(range.end ?? range.first + "\0"), limit == 0 ? -1 : limit])
        return rows.map { row in
            StoreEntry(
                key: String(decoding: row[0] as Data, as: UTF8.self), value: [UInt8](row[1] as Data),
                createRevision: row[2], modRevision: row[3])
        }
    }

    package func transact(_ transaction: StoreTransaction) async throws(StoreError) -> StoreOutcome {
        calls.count()
        let next = revision + 1
        do {
            let (outcome, events) = try writing { db in try Self.run(transaction, at: next, db) }
            guard !events.isEmpty else { return outcome }
            revision = next
            tell(StoreChanges(events: events, revision: next))
            return outcome
        } catch {
            throw .unavailable("\(error)")
        }
    }

    private static func run(
        _ transaction: StoreTransaction, at revision: Int64, _ db: Database
    ) throws -> (StoreOutcome, [StoreEvent]) {
        let holds = try transaction.conditions.allSatisfy { condition in
            switch condition {
            case .absent(let range): try entries(db, range, limit: 1).isEmpty
            case .present(let key): try !entries(db, KeyRange(key)).isEmpty
            case .unchanged(let key, let revision):
                try (entries(db, KeyRange(key)).first?.modRevision ?? 0) == revision
            case .holds(let key, let value): try entries(db, KeyRange(key)).first?.value == value
            }
        }
        var events: [StoreEvent] = []
        if holds {
            for change in transaction.changes {
                switch change {
                case .put(let key, let value, let lease):
                    try db.execute(
                        sql: """
                            INSERT INTO entry VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
                            value = excluded.value, modified = excluded.modified, lease = excluded.lease
                            """, arguments: [octets(key), Data(value), revision, revision, lease])
                    events.append(StoreEvent(key: key, value: value, revision: revision))
                case .remove(let range):
                    for entry in try entries(db, range) {
                        try db.execute(sql: "DELETE FROM entry WHERE key = ?", arguments: [octets(entry.key)])
                        events.append(StoreEvent(key: entry.key, value: nil, revision: revision))
                    }
                }
            }
            if !events.isEmpty {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO state VALUES ('revision', ?)", arguments: [revision])
            }
        }
        let reads = try transaction.reads.map { try entries(db, $0) }
        let known = events.isEmpty ? revision - 1 : revision
        return (StoreOutcome(isDone: holds, revision: known, reads: reads), events)
    }

    private func tell(_ changes: StoreChanges) {
        history.append(changes)
        if history.count > Self.historyLimit {
            historyBegin = history[history.count - Self.historyLimit / 2 - 1].revision
            history.removeFirst(history.count - Self.historyLimit / 2)
        }
        for watcher in watchers.values { watcher.yield(changes) }
    }

    package func watch(
        _ range: KeyRange, after revision: Int64, _ body: @escaping @Sendable (StoreChanges) async -> Void
    ) async throws(StoreError) {
        calls.count()
        guard revision >= historyBegin else { throw .compacted(historyBegin) }
        let (stream, continuation) = AsyncStream<StoreChanges>.makeStream()
        let number = nextWatcher
        nextWatcher += 1
        watchers[number] = continuation
        for changes in history where changes.revision > revision { continuation.yield(changes) }
        defer { watchers[number] = nil }
        for await changes in stream {
            let events = changes.events.filter { range.contains($0.key) }
            if !events.isEmpty { await body(StoreChanges(events: events, revision: changes.revision)) }
        }
    }

    package func openSession(lifetime: Duration) async throws(StoreError) -> any StoreSession {
        FileSession(store: self)
    }

    fileprivate func endSession() throws(StoreError) {
        let next = revision + 1
        do {
            let events = try writing { db in
                let keys = try Data.fetchAll(db, sql: "SELECT key FROM entry WHERE lease != 0")
                try db.execute(sql: "DELETE FROM entry WHERE lease != 0")
                return keys.map { StoreEvent(key: String(decoding: $0, as: UTF8.self), value: nil, revision: next) }
            }
            guard !events.isEmpty else { return }
            revision = next
            tell(StoreChanges(events: events, revision: next))
        } catch {
            throw .unavailable("\(error)")
        }
    }
}

/// A file has one process, which lives as long as it looks at the file.
private struct FileSession: StoreSession {
    let store: FileRegionStore
    let lease: Int64 = 1

    func keepAlive() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    }

    func close() async { try? await store.endSession() }
}
