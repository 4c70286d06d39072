import GRPCCore
import Linux
package import ServiceAPI
import SwiftProtobuf

extension Region {
    /// Makes a hypervisor known, or changes where it is.
    package func setHypervisor(_ name: String, endpoint: String) async throws(RegionError) -> Apus_Rns_V1_Hypervisor {
        try RegionCheck.hypervisor(name, field: "name")
        try RegionCheck.endpoint(endpoint)
        var hypervisor = Apus_Rns_V1_Hypervisor()
        (hypervisor.name, hypervisor.endpoint) = (name, endpoint)
        let value: [UInt8]
        do { value = try hypervisor.serializedBytes() } catch { throw RegionError(.internalError, nil, "\(error)") }
        var transaction = StoreTransaction()
        transaction.changes = [.put(keys.hypervisor(name), value)]
        advance(name, in: &transaction)
        // The same put twice is the same.
        transaction.witness = .init(key: keys.hypervisor(name), value: value)
        let outcome = try await transact(transaction)
        hypervisor.generation = UInt64(outcome.revision)
        hypervisor.shard = UInt32(keys.shard(of: name))
        return hypervisor
    }

    /// Forgets a hypervisor that no droplet is on.
    package func deleteHypervisor(_ name: String) async throws(RegionError) {
        try RegionCheck.hypervisor(name, field: "name")
        var transaction = StoreTransaction()
        transaction.conditions = [.present(keys.hypervisor(name)), .absent(keys.held(on: name))]
        transaction.changes = [
            .remove(KeyRange(keys.hypervisor(name))), .remove(KeyRange(keys.generation(name))),
            .remove(KeyRange(keys.applied(name))),
        ]
        transaction.reads = [KeyRange(keys.hypervisor(name))]
        let outcome = try await transact(transaction)
        if outcome.isDone { return }
        guard outcome.reads.first?.isEmpty == false else { throw Self.noHypervisor(name) }
        throw RegionError(.failedPrecondition, "name", "droplets are on the hypervisor '\(name)'")
    }

    /// Has a hypervisor told everything anew.
    package func resync(_ name: String) async throws(RegionError) -> UInt64 {
        try RegionCheck.hypervisor(name, field: "name")
        guard let entry = try await entry(keys.hypervisor(name)) else { throw Self.noHypervisor(name) }
        var transaction = StoreTransaction()
        // Where it is reached is put anew, which whoever tells it takes as the wish to be told everything.
        transaction.conditions = [.unchanged(entry.key, entry.modRevision)]
        transaction.changes = [.put(entry.key, entry.value)]
        advance(name, in: &transaction)
        let outcome = try await transact(transaction)
        // Somebody else did the same meanwhile, or changed where it is, which has the same effect.
        return UInt64(outcome.revision)
    }

    private static func noHypervisor(_ name: String) -> RegionError {
        RegionError(.notFound, "name", "there is no hypervisor '\(name)'")
    }

    /// Hypervisors with how far behind they are.
    package func hypervisors(
        _ request: Apus_Rns_V1_ListHypervisorsRequest
    ) async throws(RegionError) -> Apus_Rns_V1_ListHypervisorsResponse {
        let size = try Self.pageSize(request.pageSize)
        var range = RegionKeys.hypervisors
        if !request.pageToken.isEmpty {
            try RegionCheck.hypervisor(request.pageToken, field: "page_token")
            range = range.after(keys.hypervisor(request.pageToken))
        }
        var answer = Apus_Rns_V1_ListHypervisorsResponse()
        var more: Bool
        repeat {
            let page = try await page(range, size)
            for hypervisor in try await standing(of: page.entries) {
                if request.behind, hypervisor.appliedGeneration >= hypervisor.generation, hypervisor.error.isEmpty {
                    continue
                }
                answer.hypervisors.append(hypervisor)
            }
            more = page.hasMore
            if let last = page.entries.last {
                range = range.after(last.key)
                answer.nextPageToken = more ? RegionKeys.last(of: last.key) : ""
            }
            // Pages of those that are not behind are passed over.
        } while more && answer.hypervisors.isEmpty
        return answer
    }

    private func standing(of entries: [StoreEntry]) async throws(RegionError) -> [Apus_Rns_V1_Hypervisor] {
        var found: [Apus_Rns_V1_Hypervisor] = []
        // Three questions for each hypervisor, in transactions of up to a hundred.
        for first in stride(from: 0, to: entries.count, by: 33) {
            let part = entries[first..<min(first + 33, entries.count)]
            var transaction = StoreTransaction()
            for entry in part {
                let name = RegionKeys.last(of: entry.key)
                transaction.reads += [
                    KeyRange(keys.generation(name)), KeyRange(keys.applied(name)),
                    KeyRange(RegionKeys.owner(keys.shard(of: name))),
                ]
            }
            let outcome = try await transact(transaction)
            for (index, entry) in part.enumerated() where outcome.reads.count >= 3 * index + 3 {
                guard var hypervisor = try? Apus_Rns_V1_Hypervisor(serializedBytes: entry.value) else { continue }
                let reads = outcome.reads[(3 * index)..<(3 * index + 3)].map(\.first)
                let status = reads[1].map { HypervisorStatus(octets: $0.value) } ?? HypervisorStatus()
                hypervisor.generation = UInt64(reads[0]?.modRevision ?? entry.modRevision)
                hypervisor.appliedGeneration = min(UInt64(status.applied), hypervisor.generation)
                hypervisor.error = status.error
                hypervisor.shard = UInt32(keys.shard(of: hypervisor.name))
                hypervisor.owner = reads[2].map { String(decoding: $0.value, as: UTF8.self) } ?? ""
                if hypervisor.appliedGeneration < hypervisor.generation {
                    let changed = reads[0].flatMap {
                        UInt64(String(decoding: $0.value, as: UTF8.self).prefix { $0 != " " })
                    }
                    let since = status.since > 0 ? UInt64(status.since) : changed ?? 0
                    let now = Clock.real / 1_000_000
                    hypervisor.lagMilliseconds = since > 0 && now > since ? now - since : 0
                }
                found.append(hypervisor)
            }
        }
        return found
    }
}
