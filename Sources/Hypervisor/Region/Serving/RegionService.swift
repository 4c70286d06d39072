package import GRPCCore
package import ServiceAPI

/// The region's gRPC face (apus.rns.v1).
package struct RegionService: Apus_Rns_V1_Region.SimpleServiceProtocol {
    /// The service's full name.
    package static let name = Apus_Rns_V1_Region.descriptor.fullyQualifiedService

    private let region: Region
    private let pusher: RegionPusher
    private let version: String

    /// Makes one whose Status tells `version`.
    package init(_ region: Region, pusher: RegionPusher, version: String) {
        (self.region, self.pusher, self.version) = (region, pusher, version)
    }

    /// Does what was asked, and tells gRPC in its way what went wrong.
    private func answering<Answer>(
        _ body: () async throws(RegionError) -> Answer
    ) async throws -> Answer {
        do throws(RegionError) {
            return try await body()
        } catch {
            if error.code == .invalidArgument, let field = error.field { throw InvalidArgument(field, error.reason) }
            throw error.status
        }
    }

    package func createDroplet(
        request: Apus_Rns_V1_CreateDropletRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_Droplet {
        try await answering { () throws(RegionError) in try await region.create(request) }
    }

    package func updateDroplet(
        request: Apus_Rns_V1_UpdateDropletRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_Droplet {
        try await answering { () throws(RegionError) in try await region.update(request) }
    }

    package func deleteDroplet(
        request: Apus_Rns_V1_DeleteDropletRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_DeleteDropletResponse {
        try await answering { () throws(RegionError) in
            var answer = Apus_Rns_V1_DeleteDropletResponse()
            answer.generation = try await region.delete(request.id)
            return answer
        }
    }

    package func getDroplet(
        request: Apus_Rns_V1_GetDropletRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_Droplet {
        try await answering { () throws(RegionError) in try await region.droplet(request.id) }
    }

    package func listDroplets(
        request: Apus_Rns_V1_ListDropletsRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_ListDropletsResponse {
        try await answering { () throws(RegionError) in try await region.droplets(request) }
    }

    package func moveDroplet(
        request: Apus_Rns_V1_MoveDropletRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_Droplet {
        try await answering { () throws(RegionError) in try await region.move(request) }
    }

    package func createPool(
        request: Apus_Rns_V1_CreatePoolRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_Pool {
        try await answering { () throws(RegionError) in try await region.createPool(request.pool) }
    }

    package func deletePool(
        request: Apus_Rns_V1_DeletePoolRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_DeletePoolResponse {
        try await answering { () throws(RegionError) in try await region.deletePool(request.name) }
        return Apus_Rns_V1_DeletePoolResponse()
    }

    package func listPools(
        request: Apus_Rns_V1_ListPoolsRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_ListPoolsResponse {
        try await answering { () throws(RegionError) in try await region.listPools() }
    }

    package func setHypervisor(
        request: Apus_Rns_V1_SetHypervisorRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_Hypervisor {
        try await answering { () throws(RegionError) in
            try await region.setHypervisor(request.name, endpoint: request.endpoint)
        }
    }

    package func deleteHypervisor(
        request: Apus_Rns_V1_DeleteHypervisorRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_DeleteHypervisorResponse {
        try await answering { () throws(RegionError) in try await region.deleteHypervisor(request.name) }
        return Apus_Rns_V1_DeleteHypervisorResponse()
    }

    package func listHypervisors(
        request: Apus_Rns_V1_ListHypervisorsRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_ListHypervisorsResponse {
        try await answering { () throws(RegionError) in try await region.hypervisors(request) }
    }

    package func resyncHypervisor(
        request: Apus_Rns_V1_ResyncHypervisorRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_ResyncHypervisorResponse {
        try await answering { () throws(RegionError) in
            var answer = Apus_Rns_V1_ResyncHypervisorResponse()
            answer.generation = try await region.resync(request.name)
            return answer
        }
    }

    package func status(
        request: Apus_Rns_V1_StatusRequest, context: ServerContext
    ) async throws -> Apus_Rns_V1_StatusResponse { await status() }

    /// How this instance and its store stand.
    func status() async -> Apus_Rns_V1_StatusResponse {
        let standing = await pusher.standing
        var answer = Apus_Rns_V1_StatusResponse()
        (answer.version, answer.instance, answer.store) = (version, pusher.instance, region.store.name)
        (answer.instances, answer.shards) = (standing.instances, UInt32(region.keys.shards))
        answer.ownedShards = UInt32(standing.ownedShards)
        (answer.hypervisors, answer.behind) = (UInt64(standing.hypervisors), UInt64(standing.behind))
        (answer.pushes, answer.failures) = (UInt64(standing.pushes), UInt64(standing.failures))
        (answer.syncs, answer.storeCalls) = (UInt64(standing.syncs), UInt64(region.store.callCount))
        return answer
    }

    package func watch(
        request: Apus_Rns_V1_WatchRequest, response: RPCWriter<Apus_Rns_V1_WatchResponse>, context: ServerContext
    ) async throws {
        try await region.watch(after: request.afterGeneration) { try await response.write($0) }
    }
}
