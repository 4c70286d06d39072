import GRPCCore
import ServiceAPI
import ServiceLifecycle
import SwiftProtobuf

extension Region {
    /// Tells of each change of a droplet, after all that there are unless it goes on from a generation.
    func watch(
        after generation: UInt64, _ tell: @escaping @Sendable (Apus_Rns_V1_WatchResponse) async throws -> Void
    ) async throws {
        guard var revision = Int64(exactly: generation) else {
            throw InvalidArgument("after_generation", "no generation is so late")
        }
        if revision == 0 { revision = try await tellAll(tell) }
        // A client that reads slowly holds up its own watch alone, and a bounded time: then it may come back with its last generation.
        let (stream, queue) = AsyncThrowingStream<StoreChanges, any Error>.makeStream(
            bufferingPolicy: .bufferingOldest(4_096))
        let (store, from) = (store, revision)
        let source = Task { await Self.feed(queue, from: store, after: from) }
        defer { source.cancel() }
        try await cancelWhenGracefulShutdown { try await Self.relay(stream, tell) }
    }

    /// Tells of all droplets that there are; the revision that they were read at.
    private func tellAll(_ tell: @Sendable (Apus_Rns_V1_WatchResponse) async throws -> Void) async throws -> Int64 {
        let page: StorePage
        do {
            page = try await store.read(RegionKeys.held)
        } catch {
            throw RegionError(error).status
        }
        for entry in page.entries {
            try await tell(Self.event(StoreEvent(key: entry.key, value: entry.value, revision: entry.modRevision)))
        }
        var current = Apus_Rns_V1_WatchResponse()
        (current.kind, current.generation) = (.current, UInt64(page.revision))
        try await tell(current)
        return page.revision
    }

    private static func feed(
        _ queue: AsyncThrowingStream<StoreChanges, any Error>.Continuation, from store: any RegionStore,
        after revision: Int64
    ) async {
        do {
            try await store.watch(RegionKeys.held, after: revision) { changes in
                if case .dropped = queue.yield(changes) {
                    queue.finish(throwing: RPCError(code: .resourceExhausted, message: "this watch is read too slowly"))
                }
            }
            queue.finish()
        } catch {
            queue.finish(throwing: RegionError(error).status)
        }
    }

    private static func relay(
        _ stream: AsyncThrowingStream<StoreChanges, any Error>,
        _ tell: @Sendable (Apus_Rns_V1_WatchResponse) async throws -> Void
    ) async throws {
        for try await changes in stream {
            for event in changes.events { try await tell(Self.event(event)) }
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
