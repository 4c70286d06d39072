import GRPCCore
package import ServiceAPI
import SwiftProtobuf

extension Region {
    /// One droplet.
    package func droplet(_ id: String) async throws(RegionError) -> Apus_Rns_V1_Droplet {
        try RegionCheck.id(id)
        guard let (droplet, _) = try await find(id) else { throw Self.noDroplet(id) }
        return droplet
    }

    /// A droplet, and where it is; nil if there is none.
    func find(_ id: String) async throws(RegionError) -> (Apus_Rns_V1_Droplet, DropletPlace)? {
        // Between the two reads it may be moved.
        for _ in 0..<Self.attemptLimit {
            guard let entry = try await entry(RegionKeys.droplet(id)), let place = DropletPlace(entry) else {
                return nil
            }
            guard let held = try await self.entry(keys.held(id, on: place.hypervisor)) else { continue }
            guard held.modRevision == place.revision else { continue }
            return (try Self.droplet(held), place)
        }
        throw RegionError(.aborted, nil, "the droplet is being changed all the time; try again")
    }

    static func droplet(_ entry: StoreEntry) throws(RegionError) -> Apus_Rns_V1_Droplet {
        do {
            var droplet = try Apus_Rns_V1_Droplet(serializedBytes: entry.value)
            droplet.generation = UInt64(entry.modRevision)
            return droplet
        } catch {
            throw RegionError(.internalError, nil, "the store's \(entry.key) is not readable: \(error)")
        }
    }

    /// Droplets in the order of their ids, a page at a time.
    package func droplets(
        _ request: Apus_Rns_V1_ListDropletsRequest
    ) async throws(RegionError) -> Apus_Rns_V1_ListDropletsResponse {
        let size = try Self.pageSize(request.pageSize)
        var answer = Apus_Rns_V1_ListDropletsResponse()
        if !request.pageToken.isEmpty { try RegionCheck.id(request.pageToken, field: "page_token") }
        if !request.hypervisor.isEmpty {
            try RegionCheck.hypervisor(request.hypervisor)
            var range = keys.held(on: request.hypervisor)
            if !request.pageToken.isEmpty { range = range.after(range.first + request.pageToken) }
            let page = try await page(range, size)
            for entry in page.entries { answer.droplets.append(try Self.droplet(entry)) }
            if page.hasMore { answer.nextPageToken = answer.droplets.last?.id ?? "" }
            return answer
        }
        var range = RegionKeys.droplets
        if !request.pageToken.isEmpty { range = range.after(RegionKeys.droplet(request.pageToken)) }
        let page = try await page(range, size)
        // All of a page in one question; one that was moved meanwhile is asked for alone.
        var transaction = StoreTransaction()
        let ids = page.entries.map { RegionKeys.last(of: $0.key) }
        for (id, entry) in zip(ids, page.entries) {
            transaction.reads.append(KeyRange(keys.held(id, on: DropletPlace(entry)?.hypervisor ?? "")))
        }
        if !ids.isEmpty {
            let outcome = try await transact(transaction)
            for (id, found) in zip(ids, outcome.reads) {
                if let entry = found.first {
                    answer.droplets.append(try Self.droplet(entry))
                } else if let (droplet, _) = try await find(id) {
                    answer.droplets.append(droplet)
                }
            }
        }
        if page.hasMore { answer.nextPageToken = ids.last ?? "" }
        return answer
    }

    func page(_ range: KeyRange, _ size: Int) async throws(RegionError) -> StorePage {
        try await Self.asking { () throws(StoreError) in
            try await store.read(range, limit: size, keysOnly: false, at: 0)
        }
    }

    static func pageSize(_ size: UInt32) throws(RegionError) -> Int {
        guard size <= 100 else { throw .invalid("page_size", "a page has up to 100") }
        return size == 0 ? 100 : Int(size)
    }
}
