import GRPCCore
package import ServiceAPI
import SwiftProtobuf

extension Region {
    /// Makes a pool.
    package func createPool(_ pool: Apus_Rns_V1_Pool) async throws(RegionError) -> Apus_Rns_V1_Pool {
        let plan = try PoolPlan(pool)
        var kept = pool
        (kept.used, kept.capacity) = (0, 0)
        let value: [UInt8]
        do { value = try kept.serializedBytes() } catch { throw RegionError(.internalError, nil, "\(error)") }
        for _ in 0..<Self.attemptLimit {
            let set = try await entry(RegionKeys.poolSet)
            let all = try await Self.asking { () throws(StoreError) in try await store.read(RegionKeys.pools) }
            for entry in all.entries {
                guard let other = try? Apus_Rns_V1_Pool(serializedBytes: entry.value), let known = try? PoolPlan(other)
                else { continue }
                if known.name == plan.name {
                    throw RegionError(.alreadyExists, "pool.name", "there is a pool '\(plan.name)' already")
                }
                guard !known.overlaps(plan) else {
                    throw RegionError(
                        .alreadyExists, "pool.prefix", "the pool '\(known.name)' has addresses of it: \(other.prefix)")
                }
            }
            var transaction = StoreTransaction()
            transaction.conditions = [
                .absent(KeyRange(RegionKeys.pool(plan.name))), .unchanged(RegionKeys.poolSet, set?.modRevision ?? 0),
            ]
            transaction.put(RegionKeys.poolSet, witnessing: Self.nonce(plan.name))
            transaction.changes.append(.put(RegionKeys.pool(plan.name), value))
            if try await transact(transaction).isDone {
                kept.capacity = UInt64(plan.offered)
                return kept
            }
        }
        throw RegionError(.aborted, nil, "others change the pools; try again")
    }

    /// Forgets a pool that nobody has an address of.
    package func deletePool(_ name: String) async throws(RegionError) {
        guard RegionCheck.isName(name) else {
            throw .invalid("name", "a name is 1 to 63 of small letters, digits and '-'")
        }
        var transaction = StoreTransaction()
        transaction.conditions = [.present(RegionKeys.pool(name)), .absent(RegionKeys.addresses(of: name))]
        transaction.changes = [.remove(KeyRange(RegionKeys.pool(name)))]
        transaction.put(RegionKeys.poolSet, witnessing: Self.nonce(name))
        transaction.reads = [KeyRange(RegionKeys.pool(name))]
        let outcome = try await transact(transaction)
        if outcome.isDone { return await pools.forget(name) }
        guard outcome.reads.first?.isEmpty == false else {
            throw RegionError(.notFound, "name", "there is no pool '\(name)'")
        }
        throw RegionError(.failedPrecondition, "name", "droplets have addresses of the pool '\(name)'")
    }

    /// All pools, with what is given.
    package func listPools() async throws(RegionError) -> Apus_Rns_V1_ListPoolsResponse {
        let all = try await Self.asking { () throws(StoreError) in try await store.read(RegionKeys.pools) }
        var answer = Apus_Rns_V1_ListPoolsResponse()
        for entry in all.entries {
            guard var pool = try? Apus_Rns_V1_Pool(serializedBytes: entry.value), let plan = try? PoolPlan(pool) else {
                continue
            }
            let used = try await Self.asking { () throws(StoreError) in
                try await store.count(RegionKeys.addresses(of: plan.name))
            }
            (pool.used, pool.capacity) = (UInt64(used), UInt64(plan.offered))
            answer.pools.append(pool)
        }
        return answer
    }
}
