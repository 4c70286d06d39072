/// What one droplet's hypervisor is to be told of it.
package struct PushItem: Equatable, Sendable {
    package var droplet: String
    package var generation: Int64
    /// The droplet as it is kept (apus.rns.v1.Droplet); nil: it is there no longer.
    package var record: [UInt8]?

    package init(droplet: String, generation: Int64, record: [UInt8]?) {
        (self.droplet, self.generation, self.record) = (droplet, generation, record)
    }
}

/// What came of telling a hypervisor something.
package enum PushResult: Equatable, Sendable {
    /// It has everything but what it refuses for good: droplets with the reasons. `revision` is that of a sync.
    case done(revision: Int64 = 0, refused: [String: String] = [:])
    /// It has something other than it should: it is to be told everything.
    case outOfStep(String)
    /// It could not be asked, or nobody knows what came of it.
    case failed(String)
    /// It has what an audit looks for.
    case audited
}

/// Decides what each hypervisor is told next, and when: changes as they come, everything after a gap.
///
/// A value without I/O: it takes changes, results and the time, and says what to do. Of a hypervisor that is reached, only what is not yet
/// told is kept; of one that is not, nothing, for it is told everything when it is back.
package struct PushBoard: Sendable {
    package struct Policy: Sendable {
        /// Hypervisors that are told something at the same time.
        package var parallel = 64
        /// Changes told at once.
        package var batch = 32
        /// More changes than this waiting for one hypervisor are cheaper told as everything.
        package var pendingLimit = 256
        package var firstPause: Duration = .milliseconds(200)
        package var longestPause: Duration = .seconds(30)
        /// How often a hypervisor is asked whether it has kept what it was told.
        package var audit: Duration = .seconds(300)
        package init() {}
    }

    package enum Action: Equatable, Sendable {
        case push(String, [PushItem])
        case sync(String)
        case audit(String, synced: Int64)
    }

    private struct Target {
        var endpoint: String
        /// The last change that is known of.
        var generation: Int64
        var status: HypervisorStatus
        var pending: [String: PushItem] = [:]
        var mustSync: Bool
        /// Asked for while a sync was under way.
        var mustSyncAgain = false
        var isBusy = false
        var isQueued = false
        var failures = 0
        var retry: Duration?
        var mustAudit = false
        /// Whether it is in `changed`.
        var isReported = false
        /// What it refuses for good, by droplet.
        var refused: [String: String] = [:]
    }

    private let policy: Policy
    private var targets: [String: Target] = [:]
    private var queue: [String] = []
    private var queueHead = 0
    private var retries = DueHeap()
    private var dueAudits = DueHeap()
    /// Those who have an entry in `dueAudits`.
    private var audited: Set<String> = []
    private var busy = 0
    /// Those whose standing is to be told, in the order of their first change; `isReported` of a target says that it is among them.
    private var changed: [String] = []
    private var changedHead = 0

    /// Counted since the start: droplets pushed, syncs, audits, and what failed of all these.
    package private(set) var pushes = 0
    package private(set) var syncs = 0
    package private(set) var audits = 0
    package private(set) var failures = 0

    package init(policy: Policy = Policy()) { self.policy = policy }

    package var count: Int { targets.count }

    /// Hypervisors that do not have everything.
    package var behind: Int { targets.values.count { $0.status.applied < $0.generation } }

    /// Where a hypervisor is reached; nil if it is not one of ours.
    package func endpoint(of name: String) -> String? { targets[name]?.endpoint }

    package func status(of name: String) -> HypervisorStatus? { targets[name]?.status }

    /// Takes a hypervisor on: its last change is of `generation`, and what it was known to have is in `status`.
    package mutating func add(
        _ name: String, endpoint: String, generation: Int64, status: HypervisorStatus, at now: Duration, chance: Double
    ) {
        var target =
            targets[name] ?? Target(endpoint: endpoint, generation: generation, status: status, mustSync: false)
        target.endpoint = endpoint
        target.generation = max(target.generation, generation)
        if target.status.applied < target.generation { target.mustSync = true }
        targets[name] = target
        // Audits are spread over the interval: those taken on together are not all asked together.
        if audited.insert(name).inserted { dueAudits.insert(name, at: now + policy.audit * chance) }
        if target.mustSync { enqueue(name) }
    }

    /// Where it is reached changed, or somebody wants it to be told everything.
    package mutating func resync(
        _ name: String, endpoint: String, generation: Int64, at now: Duration, chance: Double
    ) {
        add(name, endpoint: endpoint, generation: generation, status: HypervisorStatus(), at: now, chance: chance)
        if targets[name]?.isBusy == true { targets[name]?.mustSyncAgain = true }
        targets[name]?.mustSync = true
        targets[name]?.retry = nil
        enqueue(name)
    }

    /// Somebody else tells it now, or it is gone.
    package mutating func remove(_ name: String) {
        if targets[name]?.isBusy == true { busy -= 1 }
        targets[name] = nil
    }

    /// A droplet of a hypervisor changed.
    package mutating func change(_ name: String, _ item: PushItem, time: Int64) {
        // Taken out, so that what waits for it is not copied.
        guard var target = targets.removeValue(forKey: name) else { return }
        if target.status.applied >= target.generation, item.generation > target.generation {
            target.status.since = time
        }
        target.generation = max(target.generation, item.generation)
        if !target.mustSync {
            // A deletion and a droplet of one revision are a move to where it is: the droplet wins.
            if let old = target.pending[item.droplet],
                old.generation > item.generation || old.generation == item.generation && item.record == nil
            {
                targets[name] = target
                return
            }
            target.pending[item.droplet] = item
            if target.pending.count > policy.pendingLimit {
                target.pending = [:]
                target.mustSync = true
                if target.isBusy { target.mustSyncAgain = true }
            }
        } else if target.isBusy {
            // The sync under way may have read before this.
            target.pending[item.droplet] = item
        }
        targets[name] = target
        enqueue(name)
    }

    private mutating func enqueue(_ name: String) {
        guard let target = targets[name], !target.isBusy, !target.isQueued, target.retry == nil else { return }
        targets[name]?.isQueued = true
        queue.append(name)
    }

    /// What is to be done now; each action is answered with `finish`.
    package mutating func next(at now: Duration) -> [Action] {
        while let name = retries.take(at: now) {
            guard let retry = targets[name]?.retry, retry <= now else { continue }
            targets[name]?.retry = nil
            enqueue(name)
        }
        while let name = dueAudits.take(at: now) {
            guard targets[name] != nil else {
                audited.remove(name)
                continue
            }
            dueAudits.insert(name, at: now + policy.audit)
            targets[name]?.mustAudit = true
            enqueue(name)
        }
        var actions: [Action] = []
        while busy < policy.parallel, queueHead < queue.count {
            let name = queue[queueHead]
            queueHead += 1
            guard targets[name] != nil, targets[name]?.isQueued == true else { continue }
            targets[name]?.isQueued = false
            guard let action = begin(name) else { continue }
            targets[name]?.isBusy = true
            busy += 1
            actions.append(action)
        }
        if queueHead > 1_024, queueHead * 2 > queue.count {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        return actions
    }

    private mutating func begin(_ name: String) -> Action? {
        guard var target = targets[name] else { return nil }
        defer { targets[name] = target }
        if target.mustSync {
            target.pending = [:]
            target.mustSyncAgain = false
            syncs += 1
            return .sync(name)
        }
        if !target.pending.isEmpty {
            // The oldest first: what one droplet left, the next may take.
            let items = target.pending.values.sorted { ($0.generation, $0.droplet) < ($1.generation, $1.droplet) }
            pushes += min(items.count, policy.batch)
            return .push(name, Array(items.prefix(policy.batch)))
        }
        guard target.mustAudit else { return nil }
        target.mustAudit = false
        audits += 1
        return .audit(name, synced: target.status.synced)
    }

    /// An action has ended; `chance` is a number from 0 to 1.
    package mutating func finish(
        _ action: Action, _ result: PushResult, at now: Duration, time: Int64, chance: Double
    ) {
        let name = action.hypervisor
        // One that was given up and taken on anew meanwhile is not busy.
        guard targets[name]?.isBusy == true, var target = targets.removeValue(forKey: name) else { return }
        busy -= 1
        target.isBusy = false
        let before = target.status
        switch result {
        case .done(let revision, let refused):
            target.failures = 0
            switch action {
            case .sync:
                target.mustSync = target.mustSyncAgain
                target.pending = target.pending.filter { $0.value.generation > revision }
                target.status.synced = max(target.status.synced, revision)
                target.refused = refused
            case .push(_, let items):
                for item in items {
                    if target.pending[item.droplet] == item { target.pending[item.droplet] = nil }
                    target.refused[item.droplet] = refused[item.droplet]
                }
            case .audit: break
            }
        case .audited: break
        case .outOfStep(let reason):
            // Told everything and out of step still: as if it had failed.
            if case .sync = action { fail(&target, name, reason, now, chance) }
            target.mustSync = true
            target.status.error = reason
        case .failed(let reason): fail(&target, name, reason, now, chance)
        }
        switch result {
        case .done, .audited:
            target.status.error = target.refused.min { $0.key < $1.key }.map { "\($0.key): \($0.value)" } ?? ""
        case .outOfStep, .failed: break
        }
        if !target.mustSync {
            let first = target.pending.values.map(\.generation).min()
            target.status.applied = first.map { max(target.status.applied, $0 - 1) } ?? target.generation
        }
        if target.status.applied >= target.generation {
            target.status.since = 0
        } else if target.status.since == 0 {
            target.status.since = time
        }
        if target.status != before, !target.isReported {
            target.isReported = true
            changed.append(name)
        }
        let hasMore = target.mustSync || !target.pending.isEmpty || target.mustAudit
        targets[name] = target
        if hasMore { enqueue(name) }
    }

    private mutating func fail(
        _ target: inout Target, _ name: String, _ reason: String, _ now: Duration, _ chance: Double
    ) {
        failures += 1
        target.failures += 1
        target.pending = [:]
        target.mustSync = true
        target.status.error = reason
        let doubled = policy.firstPause * (1 << min(target.failures - 1, 16))
        // Half of it is by chance: hypervisors that were lost together come back one by one.
        let pause = min(doubled, policy.longestPause) * (0.5 + chance / 2)
        target.retry = now + pause
        retries.insert(name, at: now + pause)
    }

    /// When `next` has something to do, if nothing else happens.
    package var nextDue: Duration? {
        if queueHead < queue.count, busy < policy.parallel { return .zero }
        guard let retry = retries.first, let audit = dueAudits.first else { return retries.first ?? dueAudits.first }
        return min(retry, audit)
    }

    /// What others are to be told of hypervisors whose standing changed, those first whose change is the oldest.
    package mutating func takeReports(limit: Int) -> [(name: String, status: HypervisorStatus)] {
        var reports: [(String, HypervisorStatus)] = []
        while reports.count < limit, changedHead < changed.count {
            let name = changed[changedHead]
            changedHead += 1
            // One that was given up, and perhaps taken on anew, may be here twice.
            guard targets[name]?.isReported == true, let status = targets[name]?.status else { continue }
            targets[name]?.isReported = false
            reports.append((name, status))
        }
        // An array gives up its first as long as others are behind it, so that each is moved once in the mean.
        if changedHead * 2 > changed.count {
            changed.removeFirst(changedHead)
            changedHead = 0
        }
        return reports
    }

    /// A report could not be made.
    package mutating func putBack(_ names: [String]) {
        for name in names where targets[name]?.isReported == false {
            targets[name]?.isReported = true
            changed.append(name)
        }
    }

    /// Those who do not have everything, those first who have been behind for the longest; at most `limit`.
    package func laggards(limit: Int) -> [(name: String, since: Int64)] {
        let all = targets.lazy.filter { $0.value.status.applied < $0.value.generation }
            .map { (name: $0.key, since: $0.value.status.since) }
        // Since when is not known of those that nobody has failed to tell yet.
        func rank(_ since: Int64) -> Int64 { since == 0 ? .max : since }
        return Array(all.sorted { (rank($0.since), $0.name) < (rank($1.since), $1.name) }.prefix(limit))
    }

    /// Droplets that hypervisors refuse for good.
    package var refused: Int { targets.values.reduce(0) { $0 + $1.refused.count } }
}

extension PushBoard.Action {
    package var hypervisor: String {
        switch self {
        case .push(let name, _), .sync(let name), .audit(let name, _): name
        }
    }
}
