package import GRPCCore
package import ServiceAPI
import ServiceLifecycle
import SwiftProtobuf

/// The service that callers see: `apus.hvaddr.v1.HVAddr`.
package struct HVAddrService: Apus_Hvaddr_V1_HVAddr.SimpleServiceProtocol {
    /// The service's full name.
    package static let name = Apus_Hvaddr_V1_HVAddr.descriptor.fullyQualifiedService

    private let keeper: AddressKeeper
    private let loop: AddressLoopHandle
    private let state: @Sendable () async -> Apus_Hvaddr_V1_DaemonState

    /// The most droplets of a Sync's stream: more than one machine has room for, and less than fills its memory.
    static let syncLimit = 2 * DropletBook.limit

    /// Serves what `keeper` keeps; `state` says how the daemon is.
    package init(
        keeper: AddressKeeper, loop: AddressLoopHandle,
        state: @escaping @Sendable () async -> Apus_Hvaddr_V1_DaemonState
    ) {
        (self.keeper, self.loop, self.state) = (keeper, loop, state)
    }

    package func setParameters(
        request: Apus_Hvaddr_V1_SetParametersRequest, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_SetParametersResponse {
        try await answering { try await keeper.set(request) }
    }

    package func sync(
        request: RPCAsyncSequence<Apus_Hvaddr_V1_SyncRequest, any Error>, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_SyncResponse {
        var generation: UInt64 = 0
        var droplets: [Apus_Hvaddr_V1_SetParametersRequest] = []
        for try await part in request {
            if generation == 0 { generation = part.generation }
            guard part.generation == generation || part.generation == 0 else {
                throw InvalidArgument("generation", "it is \(generation) in the first message, and another here")
            }
            droplets += part.droplets
            guard droplets.count <= Self.syncLimit else {
                throw InvalidArgument("droplets", "there are more than \(Self.syncLimit)")
            }
        }
        let result = try await answering { try await keeper.sync(droplets, generation: generation) }
        return .with {
            $0.generation = generation
            $0.set = UInt32(result.set.count)
            $0.unchanged = UInt32(result.unchanged)
            $0.removed = UInt32(result.removed.count)
            $0.later = UInt32(result.later)
            $0.rejected = result.rejected.map { identifier, refusal in
                .with {
                    $0.dropletID = identifier
                    ($0.field, $0.reason) = refusal.fieldAndReason
                }
            }
        }
    }

    package func get(
        request: Apus_Hvaddr_V1_GetRequest, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_GetResponse {
        guard !request.dropletID.isEmpty else { throw InvalidArgument("droplet_id", "it is missing") }
        guard let droplet = try await keeper.droplet(request.dropletID) else {
            throw RPCError(code: .notFound, message: "droplet_id: there is no droplet '\(request.dropletID)' here")
        }
        return .with { $0.droplet = droplet }
    }

    package func list(
        request: Apus_Hvaddr_V1_ListRequest, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_ListResponse {
        guard request.pageSize <= 500 else { throw InvalidArgument("page_size", "it is up to 500") }
        let limit = request.pageSize == 0 ? 500 : Int(request.pageSize)
        let page = try await keeper.page(after: request.pageToken, limit: limit)
        return .with {
            $0.droplets = page.droplets
            $0.nextPageToken = page.isMore ? page.droplets.last?.id ?? "" : ""
            $0.syncedGeneration = page.synced
        }
    }

    package func delete(
        request: Apus_Hvaddr_V1_DeleteRequest, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_DeleteResponse {
        let deleted = try await answering {
            try await keeper.delete(request.dropletID, generation: request.generation)
        }
        return .with { $0.deleted = deleted }
    }

    package func watch(
        request: Apus_Hvaddr_V1_WatchRequest, response: RPCWriter<Apus_Hvaddr_V1_WatchResponse>, context: ServerContext
    ) async throws {
        var mark: DropletJournal.Mark?
        if !request.resumeToken.isEmpty {
            mark = DropletJournal.Mark(token: request.resumeToken)
            guard mark != nil else { throw InvalidArgument("resume_token", "it is no token of a Watch") }
        }
        let begin = mark
        try await cancelWhenGracefulShutdown {
            var mark = begin
            while !Task.isCancelled {
                let (events, next) = await keeper.events(after: mark)
                for event in events { try await response.write(event) }
                mark = next
            }
        }
    }

    package func stats(
        request: Apus_Hvaddr_V1_StatsRequest, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_StatsResponse {
        guard request.dropletID.isEmpty else {
            guard let tag = await keeper.tag(of: request.dropletID) else {
                throw RPCError(code: .notFound, message: "droplet_id: there is no droplet '\(request.dropletID)' here")
            }
            let counters = await loop.ask { $0.conduct.tally(ofTag: tag)?.named ?? [:] }
            return .with { $0.counters = counters }
        }
        let counters = await loop.ask { $0.counters }
        let state = await state()
        return .with {
            $0.counters = counters
            $0.daemon = state
        }
    }

    /// Runs `body`, and says what it throws in gRPC's words.
    private func answering<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let refusal as DropletBook.Refusal {
            switch refusal {
            case .invalid(let error): throw InvalidArgument(error.field, error.reason)
            case .taken(let error): throw RPCError(code: .alreadyExists, message: error.description)
            case .stale(let reason): throw RPCError(code: .failedPrecondition, message: "generation: \(reason)")
            case .full:
                throw RPCError(
                    code: .resourceExhausted, message: "there are \(DropletBook.limit) droplets, and no tag is left")
            }
        } catch let error as HypervisorError {
            throw RPCError(code: .unavailable, message: error.description)
        }
    }
}

extension DropletBook.Refusal {
    /// Which parameter it is about, without the request's own name for them, and why.
    var fieldAndReason: (String, String) {
        switch self {
        case .invalid(let error), .taken(let error):
            let prefix = "parameters."
            return (
                error.field.hasPrefix(prefix) ? String(error.field.dropFirst(prefix.count)) : error.field, error.reason
            )
        case .stale(let reason): return ("generation", reason)
        case .full: return ("", "no tag is left")
        }
    }
}
