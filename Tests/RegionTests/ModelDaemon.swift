import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import ServiceLifecycle
import Synchronization

/// What rns needs of hvaddrd, over real gRPC on a unix socket: it keeps what it is told, by the generations' rules.
final class ModelDaemon: Apus_Hvaddr_V1_HVAddr.SimpleServiceProtocol {
    struct State {
        var droplets: [String: Apus_Hvaddr_V1_SetParametersRequest] = [:]
        var deleted: [String: UInt64] = [:]
        var synced: UInt64 = 0
        var syncs = 0
    }

    let state = Mutex(State())
    private let path: String
    private let task = Mutex<Task<Void, any Error>?>(nil)

    init(path: String) { self.path = path }

    func start() throws {
        let server = try ServiceServer([.init(.unix(path: path))], services: [self], logger: RegionSite.silent)
        task.withLock { $0 = Task { try await server.run() } }
    }

    func stop() async {
        let running = task.withLock { $0 }
        running?.cancel()
        _ = await running?.result
    }

    var addresses: [String: String] { state.withLock { $0.droplets.mapValues(\.parameters.ipv4.address) } }

    func setParameters(
        request: Apus_Hvaddr_V1_SetParametersRequest, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_SetParametersResponse {
        try state.withLock { state in
            let held = max(state.droplets[request.dropletID]?.generation ?? 0, state.deleted[request.dropletID] ?? 0)
            guard request.generation > held || state.droplets[request.dropletID] == request else {
                throw RPCError(code: .failedPrecondition, message: "generation \(held) is held")
            }
            state.droplets[request.dropletID] = request
        }
        return .init()
    }

    func sync(
        request: RPCAsyncSequence<Apus_Hvaddr_V1_SyncRequest, any Error>, context: ServerContext
    ) async throws -> Apus_Hvaddr_V1_SyncResponse {
        var (generation, all) = (UInt64(0), [String: Apus_Hvaddr_V1_SetParametersRequest]())
        for try await message in request {
            generation = max(generation, message.generation)
            for droplet in message.droplets { all[droplet.dropletID] = droplet }
        }
        let (revision, fresh) = (generation, all)
        state.withLock { state in
            let later = state.droplets.filter { $0.value.generation > revision }
            state.droplets = fresh.merging(later) { $1 }
            state.synced = max(state.synced, revision)
            state.syncs += 1
        }
        return .with { $0.generation = revision }
    }

    func delete(request: Apus_Hvaddr_V1_DeleteRequest, context: ServerContext) async throws
        -> Apus_Hvaddr_V1_DeleteResponse
    {
        state.withLock { state in
            guard state.droplets[request.dropletID]?.generation ?? 0 < request.generation else { return }
            state.droplets[request.dropletID] = nil
            state.deleted[request.dropletID] = request.generation
        }
        return .init()
    }

    func get(request: Apus_Hvaddr_V1_GetRequest, context: ServerContext) async throws -> Apus_Hvaddr_V1_GetResponse {
        .init()
    }
    func list(request: Apus_Hvaddr_V1_ListRequest, context: ServerContext) async throws -> Apus_Hvaddr_V1_ListResponse {
        .init()
    }
    func watch(
        request: Apus_Hvaddr_V1_WatchRequest, response: RPCWriter<Apus_Hvaddr_V1_WatchResponse>, context: ServerContext
    ) async throws {}
    func stats(request: Apus_Hvaddr_V1_StatsRequest, context: ServerContext) async throws
        -> Apus_Hvaddr_V1_StatsResponse
    {
        .with { $0.daemon.syncedGeneration = state.withLock { $0.synced } }
    }
}
