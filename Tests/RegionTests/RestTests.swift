import Foundation
import Hypervisor
import Lab
import ServiceAPI
import Testing

@Suite("REST face")
struct RestTests {
    let folder: TemporaryFolder
    let face: RestFace

    init() async throws {
        folder = try TemporaryFolder()
        let store = try RegionSite.fileStore(folder)
        let region = try await RegionSite.region(store)
        let pusher = RegionPusher(
            instance: "rns", store: store, keys: region.keys, links: ModelHypervisors(), logger: RegionSite.silent)
        face = RestFace(region, service: RegionService(region, pusher: pusher, version: "1"))
        #expect(await ask("POST", "/v1/pools", #"{"name":"v4","prefix":"203.0.113.0/24"}"#).status == 201)
        #expect(await ask("PUT", "/v1/hypervisors/hv1", #"{"endpoint":"unix:/run/hv1.sock"}"#).status == 200)
    }

    private func ask(_ method: String, _ target: String, _ body: String = "", type: String = "application/json") async
        -> (
            status: Int, text: String
        )
    {
        let answer = await face.answer(
            method: method, target: target, contentType: body.isEmpty ? nil : type, body: Array(body.utf8))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test func `a droplet is made, shown, changed, moved and forgotten`() async throws {
        let made = await ask(
            "POST", "/v1/droplets",
            #"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1","mtu":1400},"claims":[{"pool":"v4"}]}"#)
        #expect(made.status == 201 && made.text.contains(#""mtu":1400"#) && made.text.contains("203.0.113."))
        #expect(await ask("GET", "/v1/droplets/d1").text == made.text)
        #expect(
            await ask("PUT", "/v1/droplets/d1", #"{"parameters":{"hostname":"web"}}"#).text.contains(
                #""hostname":"web""#))
        #expect(await ask("PUT", "/v1/hypervisors/hv2", #"{"endpoint":"unix:/run/hv2.sock"}"#).status == 200)
        #expect(
            await ask("POST", "/v1/droplets/d1/move", #"{"hypervisor":"hv2"}"#).text.contains(#""hypervisor":"hv2""#))
        #expect(await ask("GET", "/v1/droplets?hypervisor=hv1").text == "{}")
        #expect(await ask("DELETE", "/v1/droplets/d1").status == 200)
        #expect(await ask("GET", "/v1/droplets/d1").status == 404)
    }

    @Test(arguments: [
        (#"{"id":"d1","hypervisor":"hv1","parameters":{"prot":"tap1"}}"#, "parameters.prot"),
        (#"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1"},"x":1}"#, "x"),
        (#"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1","mtu":"1500"}}"#, "parameters.mtu"),
        (#"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1","mtu":null}}"#, "parameters.mtu"),
        (#"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1","mtu":100}}"#, "parameters.mtu"),
        (
            #"{"id":"d1","hypervisor":"hv1","parameters":{"port":"tap1"},"claims":[{"pool":"v4"},{"poll":"v4"}]}"#,
            "claims[1].poll"
        ),
        (#"{"id":"d1","hypervisor":"hv1"}"#, "parameters"), (#"{"id":"d1","id":"d2"}"#, "body"), ("[]", "body"),
        ("{", "body"),
        (#"{"id":7,"hypervisor":"hv1","parameters":{}}"#, "id"),
    ]) func `what is wrong with a body is refused by its name`(body: String, field: String) async {
        let answer = await ask("POST", "/v1/droplets", body)
        #expect(answer.status == 400 && answer.text.contains(#""field":"\#(field)""#), "\(answer)")
    }

    @Test func `paths, methods, queries and types that are not known are refused`() async {
        #expect(await ask("GET", "/v1/nothing").status == 404)
        #expect(await ask("PATCH", "/v1/droplets").status == 405)
        #expect(await ask("GET", "/v1/droplets?page=1").text.contains(#""field":"page""#))
        #expect(await ask("GET", "/v1/droplets?page_size=1&page_size=2").status == 400)
        #expect(await ask("GET", "/v1/droplets?page_size=0").status == 400)
        #expect(await ask("GET", "/v1/droplets/%00").status == 400)
        #expect(await ask("GET", "/v1/droplets/%zz").status == 400)
        #expect(await ask("POST", "/v1/pools", "{}", type: "text/plain").status == 400)
        #expect(await ask("GET", "/v1/status", "{}").status == 400)
    }
}
