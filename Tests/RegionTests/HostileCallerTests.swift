import Foundation
import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import Simulation
import SwiftProtobuf
import Testing

/// Requests that are changed at random, of REST and of gRPC: what is refused is refused by a field's name, and what is taken is kept.
///
/// A seed names each; it is printed where one fails.
@Suite("Hostile callers", .timeLimit(.minutes(2)))
struct HostileCallerTests {
    private static let bodies = [
        (
            "POST", "/v1/droplets",
            #"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1","mtu":1400},"claims":[{"pool":"v4"}]}"#
        ),
        (
            "PUT", "/v1/droplets/d1",
            #"{"parameters":{"hostname":"web","ipv4":{"routes":[{"destination":"10.0.0.0/8"}]}}}"#
        ),
        ("POST", "/v1/droplets/d1/move", #"{"hypervisor":"hv2","port":"tap%32"}"#),
        ("POST", "/v1/pools", #"{"name":"p2","prefix":"198.51.100.0/24","reserved":["198.51.100.7-198.51.100.9"]}"#),
        ("PUT", "/v1/hypervisors/hv3", #"{"endpoint":"tcp:[2001:db8::1]:7071"}"#),
        ("GET", "/v1/droplets?page_size=7&page_token=d%31&hypervisor=hv1", ""), ("DELETE", "/v1/droplets/d1", ""),
        ("GET", "/v1/hypervisors?behind=true", ""), ("POST", "/v1/hypervisors/hv1/resync", ""),
    ]

    /// Octets with some of them changed, gone, doubled, or taken from elsewhere.
    private func mutate(_ octets: [UInt8], upTo limit: Int = 6, _ random: inout SeededGenerator) -> [UInt8] {
        var octets = octets
        for _ in 0..<Int.random(in: 1...limit, using: &random) {
            let place = Int.random(in: 0...octets.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where place < octets.count: octets[place] = UInt8.random(in: 0...255, using: &random)
            case 1 where place < octets.count: octets.remove(at: place)
            case 2: octets.insert(contentsOf: octets[place...].prefix(9), at: place)
            case 3: octets.insert(contentsOf: Array(#"{"":[null,-1,1e999,"\u0000"]"#.utf8).prefix(place), at: place)
            default: octets.insert(UInt8.random(in: 0x20...0x7E, using: &random), at: place)
            }
        }
        return octets
    }

    private func region(_ folder: TemporaryFolder) async throws -> (Region, RestFace) {
        let store = try RegionSite.fileStore(folder)
        let region = try await RegionSite.region(store)
        let pusher = RegionPusher(
            instance: "rns", store: store, keys: region.keys, links: ModelHypervisors(), logger: RegionSite.silent)
        _ = try await region.createPool(RegionSite.pool("v4", "203.0.113.0/24"))
        for name in ["hv1", "hv2"] { _ = try await region.setHypervisor(name, endpoint: "unix:/\(name)") }
        return (region, RestFace(region, service: RegionService(region, pusher: pusher, version: "1")))
    }

    @Test func `a request of REST is answered by what the description allows, and an error names the field`()
        async throws
    {
        let folder = try TemporaryFolder()
        let (_, face) = try await region(folder)
        var statuses: [Int: Int] = [:]
        for seed in 0..<4_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let (method, target, body) = Self.bodies.randomElement(using: &random)!
            let aim = Bool.random(using: &random) ? mutate(Array(target.utf8), &random) : Array(target.utf8)
            let octets =
                body.isEmpty || Bool.random(using: &random) ? Array(body.utf8) : mutate(Array(body.utf8), &random)
            let answer = await face.answer(
                method: method, target: String(decoding: aim, as: UTF8.self),
                contentType: octets.isEmpty ? nil : "application/json", body: octets)
            let text = String(decoding: answer.body, as: UTF8.self)
            statuses[answer.status, default: 0] += 1
            #expect([200, 201, 400, 404, 405, 409].contains(answer.status), "seed \(seed): \(answer.status) \(text)")
            #expect(answer.status != 400 || text.contains(#""field":""#), "seed \(seed): \(text)")
            #expect(answer.status < 400 || answer.body.count < 16_384, "seed \(seed)")
        }
        print("4,000 changed requests of REST: \(statuses.sorted { $0.key < $1.key })")
        #expect(statuses[400] ?? 0 > 500 && (statuses[200] ?? 0) + (statuses[201] ?? 0) > 100)
    }

    @Test func `a message of gRPC is refused by its field's name, or what it makes is kept as it was answered`()
        async throws
    {
        let folder = try TemporaryFolder()
        let (region, _) = try await region(folder)
        var (read, made) = (0, 0)
        for seed in 0..<20_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let request = RegionSite.creation("d1", on: "hv1", port: "tap1", mac: "02:00:00:00:00:01", "v4")
            var whole = request
            whole.parameters.dnsServers = ["192.0.2.1", "2001:db8::1"]
            whole.parameters.ipv4.routes = [.with { ($0.destination, $0.gateway) = ("10.0.0.0/8", "203.0.113.1") }]
            let octets: [UInt8] = mutate(try whole.serializedBytes(), upTo: 2, &random)
            guard let message = try? Apus_Rns_V1_CreateDropletRequest(serializedBytes: octets) else { continue }
            read += 1
            do {
                let droplet = try await region.create(message)
                made += 1
                #expect(try await region.droplet(droplet.id) == droplet, "seed \(seed)")
                _ = try DropletParameters(reading: droplet.parameters)
                _ = try await region.delete(droplet.id)
            } catch let error as RegionError {
                #expect(error.code != .internalError && error.code != .unavailable, "seed \(seed): \(error)")
                #expect(error.code != .invalidArgument || error.field?.isEmpty == false, "seed \(seed): \(error)")
            }
        }
        print("20,000 changed messages: \(read) could be read, \(made) made a droplet")
        #expect(read > 1_000 && made > 50)
    }
}
