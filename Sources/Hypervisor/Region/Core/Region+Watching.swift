import GRPCCore
import ServiceAPI
import ServiceLifecycle

extension Region {
    /// Tells of each change of a droplet, after all that there are unless it goes on from a generation.
    func watch(
        after generation: UInt64, _ tell: @escaping @Sendable (Apus_Rns_V1_WatchResponse) async throws -> Void
    ) async throws {
        var revision = Int64(clamping: generation)
        if revision == 0 {
            let page: StorePage
            do throws(RegionError) {
                page = try await Self.asking { () throws(StoreError) in try await store.read(RegionKeys.held) }
            } catch {
                throw error.status
            }
            for entry in page.entries {
                try await tell(Self.event(StoreEvent(key: entry.key, value: entry.value, revision: entry.modRevision)))
            }
            revision = page.revision
            var current = Apus_Rns_V1_WatchResponse()
            (current.kind, current.generation) = (.current, UInt64(revision))
            try await tell(current)
        }
        // A client that reads slowly holds up its own watch alone, and a bounded time: then it may come back with its last generation.
        let (stream, queue) = AsyncThrowingStream<StoreChanges, any Error>.makeStream(bufferingPolicy: .bufferingOldest(4_096))
        let store = store
        let from = revision
        let source = Task {
            do {
                try await store.watch(RegionKeys.held, after: from) { changes in
                    if case .dropped = queue.yield(changes) {
                        queue.finish(throwing: RPCError(code: .resourceExhausted, message: "this watch is read too slowly"))
                    }
                }
                queue.finish()
            } catch {
                queue.finish(throwing: RegionError(error as? StoreError ?? .unknown("\(error)")).status)
            }
        }
        defer { source.cancel() }
        try await cancelWhenGracefulShutdown {
            for try await changes in stream {
                for event in changes.events { try await tell(Self.event(event)) }
            }
        }
    }

    private static func event(_ event: StoreEvent) -> Apus_Rns_V1_WatchResponse {
        var answer = Apus_Rns_V1_WatchResponse()
        answer.generation = UInt64(event.revision)
        if let value = event.value, var droplet = try? Apus_Rns_V1_Droplet(serializedBytes: value) {
            droplet.generation = UInt64(event.revision)
            (answer.kind, answer.droplet) = (.set, droplet)
        } else {
            answer.kind = .deleted
            answer.droplet.id = RegionKeys.last(of: event.key)
            answer.droplet.hypervisor = RegionKeys.lastButOne(of: event.key)
        }
        return answer
    }
}
