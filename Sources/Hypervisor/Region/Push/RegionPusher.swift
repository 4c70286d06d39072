import Linux
package import Logging
import ServiceAPI
package import Telemetry

/// Tells hypervisors what changes: those of the shards that this instance owns.
///
/// Which instance owns which shard is decided by keys that go with their owner's lease; who has lost the lease, or cannot be sure of
/// having it, tells nobody anything. Should two tell one hypervisor all the same, its generations keep the later.
package actor RegionPusher {
    /// How this instance is called; no two may have the same name.
    package nonisolated let instance: String

    let store: any RegionStore
    let keys: RegionKeys
    let links: any HypervisorLinks
    let lifetime: Duration
    let logger: Logger
    var board: PushBoard
    var members: Set<String> = []
    var owners: [Int: String] = [:]
    /// The shards that this instance tells, each with what runs for it.
    var shards: [Int: Task<Void, Never>] = [:]
    /// Which hypervisors a shard has.
    var names: [Int: Set<String>] = [:]
    /// Whether this instance has a lease, and how often it lost one, or a shard's place in the store.
    var isLiving = false
    var lostSessions = 0
    var rereads = 0
    private let onLiving: @Sendable (Bool) -> Void
    private var timer: Task<Void, Never>?
    private var timerDue: Duration?
    private let begin = ContinuousClock.now

    /// Makes one that tells `onLiving` when it has a lease of the store, and when it has lost it.
    package init(
        instance: String, store: any RegionStore, keys: RegionKeys, links: any HypervisorLinks,
        policy: PushBoard.Policy = PushBoard.Policy(), lifetime: Duration = .seconds(5), logger: Logger,
        onLiving: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        (self.instance, self.store, self.keys, self.links) = (instance, store, keys, links)
        (self.lifetime, self.logger, self.onLiving) = (lifetime, logger, onLiving)
        board = PushBoard(policy: policy)
    }

    /// How this instance stands.
    package struct Standing: Sendable {
        package var instances: [String]
        package var ownedShards: Int
        package var hypervisors: Int
        package var behind: Int
        package var pushes: Int
        package var failures: Int
        package var syncs: Int
        package var audits: Int
        /// Droplets that hypervisors refuse for good.
        package var refused: Int
        /// Whether this instance has a lease of the store, without which it tells nobody anything.
        package var isLiving: Bool
        /// Leases that were lost.
        package var lostSessions: Int
        /// Times that a shard was read as a whole because its watch had lost its place.
        package var rereads: Int
    }

    package var standing: Standing {
        Standing(
            instances: members.sorted(), ownedShards: shards.count, hypervisors: board.count, behind: board.behind,
            pushes: board.pushes, failures: board.failures, syncs: board.syncs, audits: board.audits,
            refused: board.refused, isLiving: isLiving, lostSessions: lostSessions, rereads: rereads)
    }

    /// The hypervisors that are behind, with since when in milliseconds since 1970; those first that have been for the longest.
    package func laggards(limit: Int) -> [(name: String, since: Int64)] { board.laggards(limit: limit) }

    /// How long telling took, each time.
    package private(set) var durations = HistogramSnapshot()

    func live(_ isLiving: Bool) {
        guard isLiving != self.isLiving else { return }
        self.isLiving = isLiving
        if !isLiving { lostSessions += 1 }
        onLiving(isLiving)
    }

    /// The time since this instance began, which the board reckons in.
    var now: Duration { ContinuousClock.now - begin }

    /// Milliseconds since 1970, for people.
    static var time: Int64 { Int64(Clock.real / 1_000_000) }

    /// Does what the board wants done, and looks again when it says.
    func work() {
        let now = now
        let (store, keys, links) = (store, keys, links)
        for action in board.next(at: now) {
            let endpoint = board.endpoint(of: action.hypervisor)
            Task {
                let begin = Clock.monotonic
                let result = await Self.perform(action, at: endpoint, store, keys, links)
                durations.record(nanoseconds: Clock.monotonic &- begin)
                board.finish(action, result, at: self.now, time: Self.time, chance: .random(in: 0...1))
                work()
            }
        }
        guard let due = board.nextDue else { return }
        if let timerDue, timerDue <= due, timer != nil { return }
        timer?.cancel()
        timerDue = due
        timer = Task {
            try? await Task.sleep(for: max(due - now, .milliseconds(5)))
            guard !Task.isCancelled else { return }
            timer = nil
            work()
        }
    }

    /// Does one thing, beside the actor: reading, encoding and calling for one hypervisor holds up no other.
    @concurrent private static func perform(
        _ action: PushBoard.Action, at endpoint: String?, _ store: any RegionStore, _ keys: RegionKeys,
        _ links: any HypervisorLinks
    ) async -> PushResult {
        guard let endpoint else { return .failed("it is not told by this instance") }
        switch action {
        case .push(_, let items): return await links.push(items, to: endpoint)
        case .audit(_, let synced): return await links.audit(synced: synced, at: endpoint)
        case .sync(let name):
            let page: StorePage
            do throws(StoreError) {
                page = try await store.read(keys.held(on: name))
            } catch {
                return .failed("\(error)")
            }
            let items = page.entries.map {
                PushItem(droplet: RegionKeys.last(of: $0.key), generation: $0.modRevision, record: $0.value)
            }
            return await links.sync(items, at: page.revision, to: endpoint)
        }
    }

    /// Forgets a shard: somebody else tells its hypervisors now.
    func drop(_ shard: Int) {
        shards.removeValue(forKey: shard)?.cancel()
        for name in names.removeValue(forKey: shard) ?? [] { board.remove(name) }
    }

    func stopTimer() {
        timer?.cancel()
        timer = nil
    }
}
