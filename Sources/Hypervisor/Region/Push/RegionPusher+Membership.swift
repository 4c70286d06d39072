import Logging

extension RegionPusher {
    /// Lives as one of the instances until the task is cancelled: takes a share of the shards, and gives it up with its lease.
    package func run() async {
        while !Task.isCancelled {
            do throws(StoreError) {
                let session = try await store.openSession(lifetime: lifetime)
                live(true)
                await live(with: session)
                live(false)
                if !Task.isCancelled {
                    logger.warning("the lease is lost, and others tell this instance's hypervisors")
                }
                // The others need not wait for the lease to end; without a store there is nobody to be told.
                await Task { await session.close() }.value
            } catch {
                logger.warning("the store does not let this instance live", metadata: ["error": "\(error)"])
            }
            if !Task.isCancelled { try? await Task.sleep(for: .milliseconds(500)) }
        }
    }

    private func live(with session: any StoreSession) async {
        await withTaskGroup { group in
            group.addTask { await session.keepAlive() }
            group.addTask { [self] in await self.participate(session) }
            group.addTask { [self] in await self.report() }
            await group.next()
            group.cancelAll()
        }
        stopTimer()
        for shard in Array(shards.keys) { drop(shard) }
        (members, owners) = ([], [:])
    }

    private func participate(_ session: any StoreSession) async {
        while !Task.isCancelled {
            do throws(StoreError) {
                var transaction = StoreTransaction()
                transaction.changes = [.put(RegionKeys.member(instance), [], lease: session.lease)]
                transaction.witness = .init(key: RegionKeys.member(instance), value: [])
                _ = try await store.transact(transaction)
                let live = try await store.read(RegionKeys.members)
                let owned = try await store.read(RegionKeys.owners)
                members = Set(live.entries.map { RegionKeys.last(of: $0.key) })
                owners = [:]
                for entry in owned.entries {
                    owners[Self.shard(entry.key)] = String(decoding: entry.value, as: UTF8.self)
                }
                await follow(session, after: live.revision)
            } catch {
                logger.warning("the instances cannot be read", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func follow(_ session: any StoreSession, after revision: Int64) async {
        let store = store
        await withTaskGroup { group in
            group.addTask { [self] in
                try? await store.watch(RegionKeys.members, after: revision) { await self.takeMembers($0) }
            }
            group.addTask { [self] in
                try? await store.watch(RegionKeys.owners, after: revision) { await self.takeOwners($0) }
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    await self.balance(session)
                    try? await Task.sleep(for: .milliseconds(250))
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func takeMembers(_ changes: StoreChanges) {
        for event in changes.events {
            let name = RegionKeys.last(of: event.key)
            if event.value == nil { members.remove(name) } else { members.insert(name) }
        }
    }

    private func takeOwners(_ changes: StoreChanges) {
        for event in changes.events {
            owners[Self.shard(event.key)] = event.value.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func shard(_ key: String) -> Int { Int(RegionKeys.last(of: key), radix: 16) ?? -1 }

    /// Gives up what is not ours any more, and takes what is and nobody has.
    private func balance(_ session: any StoreSession) async {
        let mine = ShardPlan.shards(of: instance, among: members, count: keys.shards)
        for shard in Array(shards.keys) where !mine.contains(shard) || owners[shard] != instance {
            drop(shard)
            guard owners[shard] == instance else { continue }
            var transaction = StoreTransaction()
            transaction.conditions = [.holds(RegionKeys.owner(shard), Array(instance.utf8))]
            transaction.changes = [.remove(KeyRange(RegionKeys.owner(shard)))]
            _ = try? await store.transact(transaction)
        }
        // Several in one question, for an instance that begins has many to take.
        let free = mine.filter { owners[$0] == nil && shards[$0] == nil }.sorted()
        for first in stride(from: 0, to: free.count, by: 40) where !Task.isCancelled {
            let part = free[first..<min(first + 40, free.count)]
            var transaction = StoreTransaction()
            transaction.conditions = part.map { .absent(KeyRange(RegionKeys.owner($0))) }
            transaction.changes = part.map {
                .put(RegionKeys.owner($0), Array(instance.utf8), lease: session.lease)
            }
            guard let outcome = try? await store.transact(transaction), outcome.isDone else { continue }
            for shard in part {
                owners[shard] = instance
                take(shard)
            }
        }
        // Owned by an earlier answer that was lost.
        for (shard, owner) in owners where owner == instance && mine.contains(shard) { take(shard) }
    }
}
