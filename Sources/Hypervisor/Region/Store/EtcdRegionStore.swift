/// The region in etcd.
package struct EtcdRegionStore: RegionStore {
    private let client: EtcdClient

    package init(_ client: EtcdClient) { self.client = client }

    package var name: String { client.endpoints.map(\.description).joined(separator: ",") }
    package var callCount: Int { client.callCount }
    package var watchRestarts: Int { client.watchRestarts }

    package func read(
        _ range: KeyRange, limit: Int, keysOnly: Bool, at revision: Int64
    ) async throws(StoreError) -> StorePage {
        try await client.read(range, limit: limit, keysOnly: keysOnly, at: revision)
    }

    package func count(_ range: KeyRange) async throws(StoreError) -> Int { try await client.count(range) }

    package func transact(_ transaction: StoreTransaction) async throws(StoreError) -> StoreOutcome {
        try await client.transact(transaction)
    }

    package func watch(
        _ range: KeyRange, after revision: Int64, _ body: @escaping @Sendable (StoreChanges) async -> Void
    ) async throws(StoreError) {
        try await client.watch(range, after: revision, body)
    }

    package func openSession(lifetime: Duration) async throws(StoreError) -> any StoreSession {
        try await client.openSession(lifetime: lifetime)
    }
}
