import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Testing

@Suite("Region")
struct RegionTests {
    let folder: TemporaryFolder
    let region: Region

    init() async throws {
        folder = try TemporaryFolder()
        region = try await RegionSite.region(try RegionSite.fileStore(folder))
        _ = try await region.createPool(RegionSite.pool("v4", "203.0.113.0/29", gateway: "203.0.113.1"))
        _ = try await region.createPool(RegionSite.pool("v6", "2001:db8::/64"))
        _ = try await region.createPool(RegionSite.pool("pd", "2001:db8:100::/40", delegatedLength: 56))
        _ = try await region.setHypervisor("hv1", endpoint: "unix:/run/hv1.sock")
        _ = try await region.setHypervisor("hv2", endpoint: "unix:/run/hv2.sock")
    }

    private func refusal(_ code: RPCError.Code, _ field: String?, _ body: () async throws -> Void) async {
        do {
            try await body()
            Issue.record("it was not refused")
        } catch let error as RegionError {
            #expect(error.code == code)
            #expect(error.field == field)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `a droplet gets an address of each pool, and their routers`() async throws {
        let droplet = try await region.create(RegionSite.creation("d1", mac: "02:00:00:00:01:01", "v4", "v6", "pd"))
        #expect(droplet.parameters.ipv4.address.hasSuffix("/29"))
        #expect(droplet.parameters.ipv4.gateway == "203.0.113.1")
        #expect(droplet.parameters.ipv6.addresses.first?.hasSuffix("/64") == true)
        #expect(droplet.parameters.ipv6.delegatedPrefixes.first?.hasSuffix("/56") == true)
        #expect(droplet.allocations.map(\.pool) == ["v4", "v6", "pd"])
        #expect(try await region.droplet("d1") == droplet)
        #expect(try await region.listPools().pools.map(\.used) == [1, 1, 1])
    }

    @Test func `a pool gives each address once, and then says that it has none`() async throws {
        var given: Set<String> = []
        // Of eight, the network, the broadcast and the router are not given.
        for number in 0..<5 {
            let droplet = try await region.create(RegionSite.creation("d\(number)", port: "tap\(number)", "v4"))
            #expect(given.insert(droplet.parameters.ipv4.address).inserted)
        }
        #expect(
            !given.contains("203.0.113.0/29") && !given.contains("203.0.113.1/29") && !given.contains("203.0.113.7/29"))
        await refusal(.resourceExhausted, "claims[0].pool") {
            _ = try await region.create(RegionSite.creation("d9", "v4"))
        }
        let freed = try await region.droplet("d3").parameters.ipv4.address
        _ = try await region.delete("d3")
        #expect(try await region.create(RegionSite.creation("d9", "v4")).parameters.ipv4.address == freed)
    }

    @Test func `what is asked for by name is given, and refused when somebody has it`() async throws {
        let droplet = try await region.create(RegionSite.creation("d1", "v4=203.0.113.5"))
        #expect(droplet.parameters.ipv4.address == "203.0.113.5/29")
        await refusal(.alreadyExists, "claims[0].address") {
            _ = try await region.create(RegionSite.creation("d2", "v4=203.0.113.5"))
        }
        await refusal(.invalidArgument, "claims[0].address") {
            _ = try await region.create(RegionSite.creation("d2", "v4=203.0.113.1"))
        }
        await refusal(.invalidArgument, "claims[0].address") {
            _ = try await region.create(RegionSite.creation("d2", "v4=192.0.2.5"))
        }
        await refusal(.alreadyExists, "id") { _ = try await region.create(RegionSite.creation("d1", "v4")) }
        #expect(try await region.listPools().pools.first { $0.name == "v4" }?.used == 1)
    }

    @Test func `a move keeps the addresses and raises the generation of both hypervisors`() async throws {
        let before = try await region.create(RegionSite.creation("d1", "v4", "v6"))
        let moved = try await region.move(.with { ($0.id, $0.hypervisor, $0.port) = ("d1", "hv2", "tap9") })
        #expect(moved.parameters.ipv4.address == before.parameters.ipv4.address)
        #expect(moved.parameters.ipv6.addresses == before.parameters.ipv6.addresses)
        #expect(moved.parameters.port == "tap9" && moved.generation > before.generation)
        let hypervisors = try await region.hypervisors(.init()).hypervisors
        #expect(hypervisors.map(\.generation) == [moved.generation, moved.generation])
        #expect(try await region.droplets(.with { $0.hypervisor = "hv1" }).droplets.isEmpty)
        #expect(try await region.droplets(.with { $0.hypervisor = "hv2" }).droplets == [moved])
        await refusal(.notFound, "hypervisor") {
            _ = try await region.move(.with { ($0.id, $0.hypervisor) = ("d1", "hv3") })
        }
        #expect(try await region.move(.with { ($0.id, $0.hypervisor) = ("d1", "hv2") }).generation == moved.generation)
    }

    @Test func `an update keeps the addresses, and one of an old generation is refused`() async throws {
        let before = try await region.create(RegionSite.creation("d1", "v4"))
        let after = try await region.update(
            .with { ($0.id, $0.generation, $0.parameters.hostname) = ("d1", before.generation, "web") })
        #expect(after.parameters.hostname == "web" && after.parameters.ipv4 == before.parameters.ipv4)
        #expect(after.parameters.mac == before.parameters.mac)
        await refusal(.aborted, "generation") {
            _ = try await region.update(
                .with { ($0.id, $0.generation, $0.parameters.hostname) = ("d1", before.generation, "db") })
        }
        await refusal(.invalidArgument, "parameters.ipv4.address") {
            _ = try await region.update(.with { ($0.id, $0.parameters.ipv4.address) = ("d1", "203.0.113.6/29") })
        }
    }

    struct Mistake: Sendable {
        let field: String
        let make: @Sendable (inout Apus_Rns_V1_CreateDropletRequest) -> Void

        init(_ field: String, _ make: @escaping @Sendable (inout Apus_Rns_V1_CreateDropletRequest) -> Void) {
            (self.field, self.make) = (field, make)
        }
    }

    @Test(arguments: [
        Mistake("parameters.mtu") { $0.parameters.mtu = 17 },
        Mistake("parameters.mac") { $0.parameters.mac = "01:00:00:00:00:01" },
        Mistake("parameters.port") { $0.parameters.port = "a b" },
        Mistake("parameters.ipv4.address") { $0.parameters.ipv4.address = "203.0.113.2/29" },
        Mistake("id") { $0.id = "a/b" }, Mistake("hypervisor") { $0.hypervisor = "../x" },
        Mistake("parameters.dns_servers[0]") { $0.parameters.dnsServers = ["x"] },
        Mistake("claims[0].pool") { $0.claims[0].pool = "/" },
    ])
    func `what is wrong is refused by its name`(mistake: Mistake) async throws {
        var request = RegionSite.creation("d1", "v4")
        mistake.make(&request)
        let wrong = request
        await refusal(.invalidArgument, mistake.field) { _ = try await region.create(wrong) }
        #expect(try await region.droplets(.init()).droplets.isEmpty)
    }

    @Test func `pools do not overlap, and stay while somebody has an address`() async throws {
        await refusal(.alreadyExists, "pool.prefix") {
            _ = try await region.createPool(RegionSite.pool("x", "203.0.113.4/30"))
        }
        await refusal(.alreadyExists, "pool.name") {
            _ = try await region.createPool(RegionSite.pool("v4", "198.51.100.0/24"))
        }
        _ = try await region.create(RegionSite.creation("d1", "v4"))
        await refusal(.failedPrecondition, "name") { try await region.deletePool("v4") }
        await refusal(.failedPrecondition, "name") { try await region.deleteHypervisor("hv1") }
        _ = try await region.delete("d1")
        try await region.deletePool("v4")
        try await region.deleteHypervisor("hv1")
        await refusal(.notFound, "claims[0].pool") {
            _ = try await region.create(RegionSite.creation("d1", on: "hv2", "v4"))
        }
    }

    @Test func `a list comes in pages`() async throws {
        for number in 0..<7 {
            _ = try await region.create(RegionSite.creation("d\(number)", port: "tap\(number)", "v6"))
        }
        var (found, token) = ([String](), "")
        repeat {
            let page = try await region.droplets(.with { ($0.pageSize, $0.pageToken) = (3, token) })
            found += page.droplets.map(\.id)
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(found == (0..<7).map { "d\($0)" })
    }

    @Test func `reserved addresses are given to those who ask for them alone`() async throws {
        _ = try await region.createPool(
            RegionSite.pool("small", "198.51.100.0/30", reserved: ["198.51.100.1-198.51.100.2"]))
        await refusal(.resourceExhausted, "claims[0].pool") {
            _ = try await region.create(RegionSite.creation("d1", "small"))
        }
        #expect(
            try await region.create(RegionSite.creation("d1", "small=198.51.100.2")).parameters.ipv4.address
                == "198.51.100.2/30")
    }
}
