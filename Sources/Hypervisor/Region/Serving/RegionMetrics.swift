import Linux
import ServiceLifecycle
import Synchronization
import Telemetry

/// What an instance of `rns` counts, for Prometheus.
///
/// It is a service of its group: how many droplets there are it asks the store from time to time, and not when it is read.
struct RegionMetrics: Service {
    private final class Known: Sendable {
        let droplets = Mutex<Int?>(nil)
    }

    private let store: MeasuredStore
    private let region: Region
    private let pusher: RegionPusher
    private let known = Known()

    /// How often droplets are counted.
    private static let interval: Duration = .seconds(10)
    /// The most hypervisors that are named because they are behind.
    static let laggardLimit = 1_000

    init(store: MeasuredStore, region: Region, pusher: RegionPusher) {
        (self.store, self.region, self.pusher) = (store, region, pusher)
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let count = try? await store.count(RegionKeys.droplets)
                known.droplets.withLock { $0 = count ?? $0 }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// All of it as it is now.
    func text() async -> String {
        let standing = await pusher.standing
        var text = PrometheusText()
        func one(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Int) {
            text.begin(name, kind, help: help)
            text.sample(UInt64(max(0, value)))
        }
        one("apus_rns_store_up", .gauge, "Whether this instance has a lease of the store.", standing.isLiving ? 1 : 0)
        one("apus_rns_instances", .gauge, "Instances that live.", standing.instances.count)
        one("apus_rns_shards", .gauge, "Shards of the region.", region.keys.shards)
        one("apus_rns_owned_shards", .gauge, "Those that this instance tells.", standing.ownedShards)
        if let count = known.droplets.withLock({ $0 }) {
            one("apus_rns_droplets", .gauge, "Droplets of the region.", count)
        }
        one("apus_rns_hypervisors", .gauge, "Hypervisors that this instance tells.", standing.hypervisors)
        one("apus_rns_hypervisors_behind", .gauge, "Those that do not have everything.", standing.behind)
        await lags(into: &text)
        one("apus_rns_refused_droplets", .gauge, "Droplets that hypervisors refuse for good.", standing.refused)
        one("apus_rns_pushes_total", .counter, "Droplets that hypervisors were told.", standing.pushes)
        one("apus_rns_syncs_total", .counter, "Times that a hypervisor was told everything.", standing.syncs)
        one("apus_rns_audits_total", .counter, "Times that a hypervisor was asked what it has.", standing.audits)
        one("apus_rns_push_failures_total", .counter, "Times that a hypervisor could not be told.", standing.failures)
        text.begin("apus_rns_push_seconds", .histogram, help: "What telling a hypervisor takes.")
        text.sample(await pusher.durations)
        stored(into: &text)
        one(
            "apus_rns_watch_restarts_total", .counter, "Times that a watch went on with another connection.",
            store.watchRestarts)
        one(
            "apus_rns_shard_rereads_total", .counter,
            "Times that a shard was read anew, its watch having lost its place.",
            standing.rereads)
        one("apus_rns_lost_leases_total", .counter, "Leases of the store that were lost.", standing.lostSessions)
        let pools = await region.pools.figures
        text.begin("apus_rns_pool_given", .gauge, help: "Addresses of a pool that are given, or reserved.")
        for pool in pools { text.sample(UInt64(max(0, pool.given)), ["pool": pool.name]) }
        text.begin("apus_rns_pool_capacity", .gauge, help: "Addresses that a pool has to give.")
        for pool in pools { text.sample(UInt64(pool.offered), ["pool": pool.name]) }
        return text.text
    }

    /// Only those that are behind are named: a region's instance has tens of thousands of hypervisors.
    private func lags(into text: inout PrometheusText) async {
        let now = RegionPusher.time
        func seconds(_ since: Int64) -> Double { since > 0 ? Double(max(0, now - since)) / 1_000 : 0 }
        let laggards = await pusher.laggards(limit: Self.laggardLimit)
        text.begin(
            "apus_rns_hypervisor_lag_seconds", .gauge, help: "How long a hypervisor has been behind; those that are.")
        for laggard in laggards { text.sample(real: seconds(laggard.since), ["hypervisor": laggard.name]) }
        text.begin("apus_rns_longest_lag_seconds", .gauge, help: "The longest of all hypervisors' lags.")
        text.sample(real: laggards.map { seconds($0.since) }.max() ?? 0)
    }

    private func stored(into text: inout PrometheusText) {
        let tallies = store.tallies
        text.begin("apus_rns_store_calls_total", .counter, help: "Calls of the store, each attempt for itself.")
        text.sample(UInt64(store.callCount))
        text.begin("apus_rns_store_operations_total", .counter, help: "Operations of the store, by what came of them.")
        for operation in MeasuredStore.Operation.allCases {
            let tally = tallies[operation] ?? MeasuredStore.Tally()
            text.sample(tally.done, ["operation": operation.rawValue, "result": "done"])
            text.sample(tally.failed, ["operation": operation.rawValue, "result": "failed"])
        }
        text.begin(
            "apus_rns_store_seconds", .histogram, help: "What an operation of the store takes, repetitions included.")
        for operation in MeasuredStore.Operation.allCases where operation != .watch {
            text.sample((tallies[operation] ?? MeasuredStore.Tally()).durations, ["operation": operation.rawValue])
        }
    }
}
