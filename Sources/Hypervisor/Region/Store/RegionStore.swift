/// Keys with values that change together or not at all, at revisions that only grow: etcd, or a file on one machine.
///
/// All that `rns` knows is in one. The revision of the last change of a droplet is the droplet's generation.
package protocol RegionStore: Sendable {
    /// What it is, for people: etcd's endpoints, or a file's path.
    var name: String { get }

    /// How many calls were made of it; attempts that were repeated count.
    var callCount: Int { get }

    /// How often a watch was begun anew where it had been interrupted, such as by the death of a member.
    var watchRestarts: Int { get }

    /// Reads keys in their order, at most `limit` (0: all), as they were at a revision (0: as they are).
    func read(_ range: KeyRange, limit: Int, keysOnly: Bool, at revision: Int64) async throws(StoreError) -> StorePage

    /// How many keys there are in a range.
    func count(_ range: KeyRange) async throws(StoreError) -> Int

    /// Makes a transaction's changes if its conditions hold, all at one revision, durably.
    func transact(_ transaction: StoreTransaction) async throws(StoreError) -> StoreOutcome

    /// Tells of every change in `range` after `revision`, in their order, each revision's at once; ends by being cancelled.
    ///
    /// Throws `.compacted` when so old a revision is no longer known: read all anew then.
    func watch(
        _ range: KeyRange, after revision: Int64, _ body: @escaping @Sendable (StoreChanges) async -> Void
    ) async throws(StoreError)

    /// Opens a session: keys that are put with its lease go when it ends, or `lifetime` after its last sign of life.
    func openSession(lifetime: Duration) async throws(StoreError) -> any StoreSession
}

extension RegionStore {
    package var watchRestarts: Int { 0 }

    /// Reads all keys of a range as they are.
    package func read(_ range: KeyRange, keysOnly: Bool = false) async throws(StoreError) -> StorePage {
        var whole = StorePage(revision: 0)
        var rest = range
        repeat {
            let page = try await read(rest, limit: 5_000, keysOnly: keysOnly, at: whole.revision)
            whole.entries += page.entries
            whole.hasMore = page.hasMore
            if whole.revision == 0 { whole.revision = page.revision }
            guard let last = page.entries.last else { break }
            rest = rest.after(last.key)
        } while whole.hasMore
        return whole
    }

    /// Reads one key; nil if there is none.
    package func entry(_ key: String) async throws(StoreError) -> StoreEntry? {
        try await read(KeyRange(key), limit: 1, keysOnly: false, at: 0).entries.first
    }
}

/// A claim to keys for as long as somebody lives.
package protocol StoreSession: Sendable {
    /// What keys are put with.
    var lease: Int64 { get }

    /// Keeps the session alive; returns when it is lost, or the task was cancelled.
    func keepAlive() async

    /// Ends it, and takes its keys away.
    func close() async
}

/// A key and its value.
package struct StoreEntry: Equatable, Sendable {
    package var key: String
    package var value: [UInt8]
    /// The revision when the key was made.
    package var createRevision: Int64
    /// The revision when it was last put.
    package var modRevision: Int64

    package init(key: String, value: [UInt8], createRevision: Int64, modRevision: Int64) {
        (self.key, self.value) = (key, value)
        (self.createRevision, self.modRevision) = (createRevision, modRevision)
    }
}

/// Some keys, as they were at one revision.
package struct StorePage: Equatable, Sendable {
    package var entries: [StoreEntry] = []
    package var hasMore = false
    package var revision: Int64

    package init(entries: [StoreEntry] = [], hasMore: Bool = false, revision: Int64) {
        (self.entries, self.hasMore, self.revision) = (entries, hasMore, revision)
    }
}

/// What happened to a key.
package struct StoreEvent: Equatable, Sendable {
    package var key: String
    /// Nil: it was removed.
    package var value: [UInt8]?
    package var revision: Int64

    package init(key: String, value: [UInt8]?, revision: Int64) {
        (self.key, self.value, self.revision) = (key, value, revision)
    }
}

/// Events in their order; with the last of them every change up to `revision` was told.
package struct StoreChanges: Equatable, Sendable {
    package var events: [StoreEvent]
    package var revision: Int64

    package init(events: [StoreEvent], revision: Int64) { (self.events, self.revision) = (events, revision) }
}

/// Why a store did not do what it was asked.
package enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It cannot be reached, or has no majority; what was asked was not done.
    case unavailable(String)
    /// It was asked, and nobody knows whether it has done it.
    case unknown(String)
    /// It does not want to.
    case refused(String)
    /// It has forgotten what was before this revision.
    case compacted(Int64)

    package var description: String {
        switch self {
        case .unavailable(let reason): "the store is not available: \(reason)"
        case .unknown(let reason): "the store may have done it or not: \(reason)"
        case .refused(let reason): "the store refuses: \(reason)"
        case .compacted(let revision): "the store has forgotten what was before revision \(revision)"
        }
    }
}
