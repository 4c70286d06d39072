import Logging
import ServiceAPI
import SwiftProtobuf

extension RegionPusher {
    /// Begins to tell the hypervisors of a shard.
    func take(_ shard: Int) {
        guard shards[shard] == nil else { return }
        logger.debug("tells a shard", metadata: ["shard": "\(shard)"])
        shards[shard] = Task { await follow(shard) }
    }

    private func follow(_ shard: Int) async {
        while !Task.isCancelled {
            do throws(StoreError) {
                let revision = try await load(shard)
                work()
                let store = store
                await withTaskGroup { group in
                    group.addTask { [self] in
                        try? await store.watch(RegionKeys.hypervisors(in: shard), after: revision) {
                            await self.takeHypervisors($0, of: shard)
                        }
                    }
                    group.addTask { [self] in
                        try? await store.watch(RegionKeys.held(in: shard), after: revision) {
                            await self.takeDroplets($0)
                        }
                    }
                    // One that ends has lost its place: all of the shard is read anew.
                    await group.next()
                    group.cancelAll()
                }
                if !Task.isCancelled { rereads += 1 }
            } catch {
                logger.warning("a shard cannot be read", metadata: ["shard": "\(shard)", "error": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Reads which hypervisors a shard has, and how far each is.
    private func load(_ shard: Int) async throws(StoreError) -> Int64 {
        let page = try await store.read(RegionKeys.hypervisors(in: shard))
        let status = try await store.read(RegionKeys.status(in: shard))
        guard !Task.isCancelled, shards[shard] != nil else { return page.revision }
        var generations: [String: Int64] = [:]
        var applied: [String: HypervisorStatus] = [:]
        for entry in status.entries {
            let name = RegionKeys.last(of: entry.key)
            switch RegionKeys.lastButOne(of: entry.key) {
            case "generation": generations[name] = entry.modRevision
            case "applied": applied[name] = HypervisorStatus(octets: entry.value)
            default: break
            }
        }
        var found: Set<String> = []
        for entry in page.entries {
            guard let hypervisor = try? Apus_Rns_V1_Hypervisor(serializedBytes: entry.value) else { continue }
            found.insert(hypervisor.name)
            board.add(
                hypervisor.name, endpoint: hypervisor.endpoint,
                generation: max(generations[hypervisor.name] ?? 0, entry.modRevision),
                status: applied[hypervisor.name] ?? HypervisorStatus(), at: now, chance: .random(in: 0...1))
        }
        for gone in names[shard, default: []].subtracting(found) { board.remove(gone) }
        names[shard] = found
        return page.revision
    }

    private func takeHypervisors(_ changes: StoreChanges, of shard: Int) {
        guard shards[shard] != nil else { return }
        for event in changes.events {
            let name = RegionKeys.last(of: event.key)
            guard let value = event.value else {
                board.remove(name)
                names[shard]?.remove(name)
                continue
            }
            guard let hypervisor = try? Apus_Rns_V1_Hypervisor(serializedBytes: value) else { continue }
            names[shard, default: []].insert(name)
            board.resync(
                name, endpoint: hypervisor.endpoint, generation: event.revision, at: now, chance: .random(in: 0...1))
        }
        work()
    }

    private func takeDroplets(_ changes: StoreChanges) {
        for event in changes.events {
            let item = PushItem(
                droplet: RegionKeys.last(of: event.key), generation: event.revision, record: event.value)
            board.change(RegionKeys.lastButOne(of: event.key), item, time: Self.time)
        }
        work()
    }

    /// Tells the other instances how far the hypervisors are, once in a while.
    func report() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            var reports: [(name: String, status: HypervisorStatus)] = []
            repeat {
                reports = board.takeReports(limit: 100)
                if !reports.isEmpty { await write(reports) }
            } while reports.count == 100 && !Task.isCancelled
        }
    }

    private func write(_ reports: [(name: String, status: HypervisorStatus)]) async {
        var transaction = StoreTransaction()
        // One who has lost a shard has nothing to say about it.
        let told = Set(reports.map { keys.shard(of: $0.name) })
        transaction.conditions = told.map { .holds(RegionKeys.owner($0), Array(instance.utf8)) }
        transaction.changes = reports.map { .put(keys.applied($0.name), $0.status.octets) }
        if let outcome = try? await store.transact(transaction), outcome.isDone { return }
        // Of those that this instance still has by the time that it has heard of what it lost.
        try? await Task.sleep(for: .milliseconds(200))
        board.putBack(reports.map(\.name))
    }
}
