import Foundation
import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Synchronization
import Testing

/// What the workers have been answered, by droplet, and which number is next.
private final class Notes: Sendable {
    let answers = Mutex<[String: String]>([:])
    let next = Mutex(0)
}

/// Several instances on a cluster of which a member dies.
@Suite("Region on etcd", .serialized, .timeLimit(.minutes(5)))
struct RegionClusterTests {
    @Test func `a thousand droplets by two instances while a member dies: no address twice, none lost`() async throws {
        let cluster = try await EtcdCluster(3)
        let clients = [try RegionSite.client(cluster), try RegionSite.client(cluster)]
        var regions: [Region] = []
        for client in clients { regions.append(try await RegionSite.region(EtcdRegionStore(client))) }
        // As many addresses as droplets: whatever is given wrongly is missed by somebody.
        _ = try await regions[0].createPool(RegionSite.pool("v4", "10.0.0.0/22", reserved: ["10.0.3.233-10.0.3.254"]))
        for number in 0..<10 { _ = try await regions[0].setHypervisor("hv\(number)", endpoint: "unix:/hv\(number)") }
        let followers = regions.map { region in Task { await region.run() } }
        let notes = Notes()
        let all = regions
        try await withThrowingTaskGroup { group in
            for worker in 0..<32 {
                group.addTask {
                    while true {
                        let number = notes.next.withLock { number in
                            defer { number += 1 }
                            return number
                        }
                        guard number < 1_000 else { return }
                        let request = RegionSite.creation(
                            "d\(number)", on: "hv\(number % 10)", port: "tap\(number)", "v4")
                        // A client asks again when it is told that the store is away, as people do: then the droplet may be there.
                        for _ in 0..<20 {
                            do {
                                let droplet = try await all[worker % 2].create(request)
                                notes.answers.withLock { $0[droplet.id] = droplet.parameters.ipv4.address }
                                break
                            } catch let error as RegionError where error.code == .unavailable || error.code == .aborted
                            {
                                try await Task.sleep(for: .milliseconds(200))
                            } catch let error as RegionError where error.code == .alreadyExists {
                                let droplet = try await all[worker % 2].droplet(request.id)
                                notes.answers.withLock { $0[droplet.id] = droplet.parameters.ipv4.address }
                                break
                            }
                        }
                    }
                }
            }
            group.addTask {
                try await Wait.until("some droplets") { notes.next.withLock { $0 > 300 } }
                await cluster.kill(Int.random(in: 0..<3))
            }
            try await group.waitForAll()
        }
        let given = notes.answers.withLock { $0 }
        #expect(given.count == 1_000)
        #expect(Set(given.values).count == 1_000)
        // The store says the same as the answers.
        let store = EtcdRegionStore(clients[0])
        var kept: [String: String] = [:]
        for entry in try await store.read(RegionKeys.held).entries {
            let droplet = try Apus_Rns_V1_Droplet(serializedBytes: entry.value)
            kept[droplet.id] = droplet.parameters.ipv4.address
        }
        #expect(kept == given)
        #expect(try await store.count(RegionKeys.addresses) == 1_000)
        #expect(try await store.count(RegionKeys.droplets) == 1_000)
        for task in followers { task.cancel() }
        for client in clients { await client.close() }
    }

    @Test func `hypervisors of an instance that dies are told by another, and those cut off catch up`() async throws {
        let cluster = try await EtcdCluster()
        let links = ModelHypervisors()
        var clients: [EtcdClient] = []
        var pushers: [(pusher: RegionPusher, task: Task<Void, Never>)] = []
        let client = try RegionSite.client(cluster)
        let region = try await RegionSite.region(EtcdRegionStore(client), shards: 16)
        for number in 0..<2 {
            let own = try RegionSite.client(cluster)
            clients.append(own)
            let pusher = RegionPusher(
                instance: "rns\(number)", store: EtcdRegionStore(own), keys: region.keys, links: links,
                lifetime: .seconds(2),
                logger: RegionSite.silent)
            pushers.append((pusher, Task { await pusher.run() }))
        }
        _ = try await region.createPool(RegionSite.pool("v4", "10.0.0.0/16"))
        for number in 0..<40 { _ = try await region.setHypervisor("hv\(number)", endpoint: "unix:/hv\(number)") }
        func caughtUp(_ count: Int = 40) async throws {
            try await Wait.until("all hypervisors have everything", every: .milliseconds(50)) {
                let all = try await region.hypervisors(.init()).hypervisors
                return all.count == 40 && all.count { $0.appliedGeneration >= $0.generation } == count
            }
        }
        try await caughtUp()
        let standings = [await pushers[0].pusher.standing, await pushers[1].pusher.standing]
        #expect(standings.map(\.ownedShards).reduce(0, +) == 16 && standings.allSatisfy { $0.ownedShards > 0 })
        #expect(standings[0].instances == ["rns0", "rns1"])
        for number in 0..<40 { _ = try await region.create(RegionSite.creation("d\(number)", on: "hv\(number)", "v4")) }
        try await caughtUp()
        for number in 0..<40 { #expect(links.host("unix:/hv\(number)").droplets["d\(number)"] != nil) }

        // Cut off: behind, with the reason; then all that it has missed.
        links.cut("unix:/hv3")
        _ = try await region.create(RegionSite.creation("late", on: "hv3", port: "tap2", "v4"))
        _ = try await region.delete("d3")
        try await Wait.until("it is told why") {
            try await region.hypervisors(.with { $0.behind = true }).hypervisors.map(\.error) == ["unavailable"]
        }
        #expect(try await region.hypervisors(.with { $0.behind = true }).hypervisors.first?.lagMilliseconds ?? 0 > 0)
        links.mend("unix:/hv3")
        try await caughtUp()
        #expect(Set(links.host("unix:/hv3").droplets.keys) == ["late"])

        // One instance is gone without a word: its client is closed under it.
        await clients[0].close()
        let begin = ContinuousClock.now
        for number in 0..<40 {
            _ = try await region.move(
                .with { ($0.id, $0.hypervisor) = (number == 3 ? "late" : "d\(number)", "hv\((number + 1) % 40)") })
        }
        try await caughtUp()
        print("after an instance died all 40 hypervisors had everything in \(ContinuousClock.now - begin)")
        #expect(ContinuousClock.now - begin < .seconds(10))
        #expect(Set(links.host("unix:/hv4").droplets.keys) == ["late"])
        #expect(await pushers[1].pusher.standing.ownedShards == 16)
        for (_, task) in pushers { task.cancel() }
        for (_, task) in pushers { await task.value }
        await clients[1].close()
        await client.close()
    }
}
