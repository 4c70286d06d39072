import OpenFlow
import ServiceAPI
import SwiftProtobuf

extension RestFace {
    private typealias Member = RestShape.Member

    private static let paging = [
        Member("page_size", .integer(1...100), "100 if absent."),
        Member("page_token", .string(length: 1...128), "The last answer's next_page_token."),
    ]

    static func routes(_ region: Region, _ service: RegionService) -> [RestRoute] {
        let status = RestRoute(
            method: "GET", path: "/v1/status", summary: "How this instance and its store stand.",
            answer: .component("Status")
        ) { (_) throws(RegionError) -> any SwiftProtobuf.Message in await service.status() }
        return droplets(region) + droplet(region) + pools(region) + hypervisors(region) + [status]
    }

    private static func droplets(_ region: Region) -> [RestRoute] {
        [
            RestRoute(
                method: "GET", path: "/v1/droplets", summary: "Droplets in the order of their ids, a page at a time.",
                query: [Member("hypervisor", RestShapes.hypervisor, "Of this hypervisor alone.")] + paging,
                answer: .component("Droplets")
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                var list = Apus_Rns_V1_ListDropletsRequest()
                list.hypervisor = request.query["hypervisor"] ?? ""
                list.pageSize = try request.number("page_size")
                list.pageToken = request.query["page_token"] ?? ""
                return try await region.droplets(list)
            },
            RestRoute(
                method: "POST", path: "/v1/droplets",
                summary: "Makes a droplet with addresses from pools, all or nothing.",
                body: .component("CreateDroplet"), answer: .component("Droplet"), status: 201, failures: [404, 409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.create(request.message(Apus_Rns_V1_CreateDropletRequest.self))
            },
        ]
    }

    private static func droplet(_ region: Region) -> [RestRoute] {
        let path = "/v1/droplets/{id}"
        return [
            RestRoute(
                method: "GET", path: path, summary: "One droplet.", parameter: RestShapes.id,
                answer: .component("Droplet"), failures: [404]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in try await region.droplet(request.name) },
            RestRoute(
                method: "PUT", path: path,
                summary: "Replaces a droplet's parameters; its hypervisor and addresses stay.",
                body: .component("UpdateDroplet"), parameter: RestShapes.id, answer: .component("Droplet"),
                failures: [404, 409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.update(
                    request.message(Apus_Rns_V1_UpdateDropletRequest.self, adding: ["id": .string(request.name)]))
            },
            RestRoute(
                method: "DELETE", path: path, summary: "Forgets a droplet and gives its addresses back.",
                parameter: RestShapes.id, answer: .component("Deleted"), failures: [404, 409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                var answer = Apus_Rns_V1_DeleteDropletResponse()
                answer.generation = try await region.delete(request.name)
                return answer
            },
            RestRoute(
                method: "POST", path: path + "/move",
                summary: "Puts a droplet on another hypervisor; it keeps its addresses.",
                body: .component("MoveDroplet"), parameter: RestShapes.id, answer: .component("Droplet"),
                failures: [404, 409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.move(
                    request.message(Apus_Rns_V1_MoveDropletRequest.self, adding: ["id": .string(request.name)]))
            },
        ]
    }

    private static func pools(_ region: Region) -> [RestRoute] {
        [
            RestRoute(
                method: "GET", path: "/v1/pools", summary: "All pools, with how much of them is given.",
                answer: .component("Pools")
            ) { (_) throws(RegionError) -> any SwiftProtobuf.Message in try await region.listPools() },
            RestRoute(
                method: "POST", path: "/v1/pools", summary: "Makes a pool of addresses.",
                body: .component("CreatePool"),
                answer: .component("Pool"), status: 201, failures: [409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.createPool(request.message(Apus_Rns_V1_Pool.self))
            },
            RestRoute(
                method: "DELETE", path: "/v1/pools/{name}",
                summary: "Forgets a pool that no droplet has an address of.",
                parameter: RestShapes.pool, answer: .object([]), failures: [404, 409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.deletePool(request.name)
                return Apus_Rns_V1_DeletePoolResponse()
            },
        ]
    }

    private static func hypervisors(_ region: Region) -> [RestRoute] {
        let path = "/v1/hypervisors/{name}"
        return [
            RestRoute(
                method: "GET", path: "/v1/hypervisors", summary: "Hypervisors with how far each is behind.",
                query: [
                    Member("behind", .boolean, "Only those that are."), paging[0],
                    Member("page_token", RestShapes.hypervisor, "The last answer's next_page_token."),
                ],
                answer: .component("Hypervisors")
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                var list = Apus_Rns_V1_ListHypervisorsRequest()
                list.pageSize = try request.number("page_size")
                list.pageToken = request.query["page_token"] ?? ""
                list.behind = request.query["behind"] == "true"
                return try await region.hypervisors(list)
            },
            RestRoute(
                method: "PUT", path: path, summary: "Makes a hypervisor known, or changes where it is reached.",
                body: .component("SetHypervisor"), parameter: RestShapes.hypervisor, answer: .component("Hypervisor")
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.setHypervisor(request.name, endpoint: request.body?["endpoint"]?.string ?? "")
            },
            RestRoute(
                method: "DELETE", path: path, summary: "Forgets a hypervisor that no droplet is on.",
                parameter: RestShapes.hypervisor, answer: .object([]), failures: [404, 409]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                try await region.deleteHypervisor(request.name)
                return Apus_Rns_V1_DeleteHypervisorResponse()
            },
            RestRoute(
                method: "POST", path: path + "/resync", summary: "Has a hypervisor told everything anew.",
                parameter: RestShapes.hypervisor, answer: .component("Deleted"), failures: [404]
            ) { (request) throws(RegionError) -> any SwiftProtobuf.Message in
                var answer = Apus_Rns_V1_ResyncHypervisorResponse()
                answer.generation = try await region.resync(request.name)
                return answer
            },
        ]
    }
}
