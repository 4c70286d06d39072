import Foundation
import GRPCCore
import Hypervisor
import Lab
import Logging
import ServiceAPI
import SwiftProtobuf
import Synchronization

/// What the tests of a region have in common.
enum RegionSite {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func client(_ cluster: EtcdCluster) throws -> EtcdClient {
        try EtcdClient(cluster.urls.compactMap { EtcdEndpoint($0) })
    }

    static func fileStore(_ folder: TemporaryFolder) throws -> FileRegionStore {
        try FileRegionStore(path: folder.file("region.sqlite"))
    }

    static func region(_ store: any RegionStore, shards: Int = 8) async throws -> Region {
        Region(store: store, keys: try await Region.keys(in: store, shards: shards), logger: silent)
    }

    static func pool(
        _ name: String, _ prefix: String, gateway: String = "", delegatedLength: UInt32 = 0, reserved: [String] = []
    ) -> Apus_Rns_V1_Pool {
        .with {
            ($0.name, $0.prefix, $0.gateway) = (name, prefix, gateway)
            ($0.delegatedLength, $0.reserved) = (delegatedLength, reserved)
        }
    }

    static func creation(
        _ id: String, on hypervisor: String = "hv1", port: String = "tap1", mac: String = "", _ pools: String...
    ) -> Apus_Rns_V1_CreateDropletRequest {
        .with {
            ($0.id, $0.hypervisor) = (id, hypervisor)
            ($0.parameters.port, $0.parameters.mac) = (port, mac)
            $0.claims = pools.map { text in
                let sides = text.split(separator: "=").map(String.init)
                return .with {
                    $0.pool = sides[0]
                    if sides.count > 1 { $0.address = sides[1] }
                }
            }
        }
    }
}

/// A count that several tasks add to.
final class Tally: Sendable {
    private let numbers = Mutex<[String: Int]>([:])
    func add(_ name: String, _ number: Int = 1) { numbers.withLock { $0[name, default: 0] += number } }
    subscript(_ name: String) -> Int { numbers.withLock { $0[name] ?? 0 } }
}

/// Hypervisors that are no more than their memory: what hvaddrd would hold, and when it cannot be reached.
final class ModelHypervisors: HypervisorLinks {
    struct Host {
        var droplets: [String: Int64] = [:]
        var deleted: [String: Int64] = [:]
        var synced: Int64 = 0
    }

    private let hosts = Mutex<[String: Host]>([:])
    private let lost = Mutex<Set<String>>([])
    private let latency: Duration
    let calls = Tally()

    init(latency: Duration = .zero) { self.latency = latency }

    func cut(_ endpoint: String) { lost.withLock { _ = $0.insert(endpoint) } }
    func mend(_ endpoint: String) { lost.withLock { _ = $0.remove(endpoint) } }
    func forget(_ endpoint: String) { hosts.withLock { $0[endpoint] = nil } }
    func host(_ endpoint: String) -> Host { hosts.withLock { $0[endpoint] ?? Host() } }

    private func reach(_ endpoint: String) async -> Bool {
        if latency > .zero { try? await Task.sleep(for: latency) }
        return lost.withLock { !$0.contains(endpoint) }
    }

    func push(_ items: [PushItem], to endpoint: String) async -> PushResult {
        guard await reach(endpoint) else { return .failed("unavailable") }
        calls.add("push")
        hosts.withLock { hosts in
            for item in items {
                var host = hosts[endpoint] ?? Host()
                if item.generation > host.droplets[item.droplet] ?? 0, item.generation > host.deleted[item.droplet] ?? 0
                {
                    host.droplets[item.droplet] = item.record == nil ? nil : item.generation
                    if item.record == nil { host.deleted[item.droplet] = item.generation }
                }
                hosts[endpoint] = host
            }
        }
        return .done()
    }

    func sync(_ items: [PushItem], at revision: Int64, to endpoint: String) async -> PushResult {
        guard await reach(endpoint) else { return .failed("unavailable") }
        calls.add("sync")
        hosts.withLock { hosts in
            var host = hosts[endpoint] ?? Host()
            let later = host.droplets.filter { $0.value > revision }
            host.droplets = Dictionary(uniqueKeysWithValues: items.map { ($0.droplet, $0.generation) }).merging(later) {
                max($0, $1)
            }
            host.synced = max(host.synced, revision)
            hosts[endpoint] = host
        }
        return .done(revision: revision)
    }

    func audit(synced revision: Int64, at endpoint: String) async -> PushResult {
        guard await reach(endpoint) else { return .failed("unavailable") }
        calls.add("audit")
        return host(endpoint).synced >= revision ? .audited : .outOfStep("it has lost what it was told")
    }
}
