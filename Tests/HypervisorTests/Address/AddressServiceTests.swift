import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import Lab
import Logging
import ServiceAPI
import ServiceLifecycle
import SwiftProtobuf
import Synchronization
import Testing

/// hvaddrd in this process, on a port that does not exist, with an hvflowd that is played.
struct ServedDaemon {
    let folder: TemporaryFolder
    let flows = PlayedFlows()

    typealias Service = Apus_Hvaddr_V1_HVAddr.Client<HTTP2ClientTransport.Posix>

    init() throws { folder = try TemporaryFolder("hvaddr") }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs the daemon, and hvflowd if `withFlows`, while `body` calls it.
    func run(withFlows: Bool = false, _ body: @escaping @Sendable (Service) async throws -> Void) async throws {
        var settings = AddressDaemon.Settings()
        settings.port = "nosuch0"
        settings.store = folder.file("hvaddrd.sqlite")
        settings.listeners = [ServiceServer.Listener(.unix(path: folder.file("hvaddrd.sock")))]
        settings.flows = .unix(path: folder.file("hvflowd.sock"))
        let daemon = try await AddressDaemon(settings, logger: Self.logger)
        var services: [any ServiceLifecycle.Service] = [daemon]
        if withFlows {
            services.append(
                try ServiceServer(
                    [ServiceServer.Listener(.unix(path: folder.file("hvflowd.sock")))], services: [flows],
                    logger: Self.logger))
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) }, logger: Self.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await ServiceConnection.with(.unix(path: folder.file("hvaddrd.sock"))) {
                    try await body(Service(wrapping: $0))
                }
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Waits until a droplet's flows are said to be programmed, or not, for some reason.
    static func wait(
        _ service: Service, _ droplet: String, seconds: Int = 10, until: (Apus_Hvaddr_V1_Droplet) -> Bool
    ) async throws -> Apus_Hvaddr_V1_Droplet {
        for _ in 0..<seconds * 50 {
            let held = try await service.get(.with { $0.dropletID = droplet }).droplet
            if until(held) { return held }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await service.get(.with { $0.dropletID = droplet }).droplet
    }
}

/// What hvflowd would say.
final class PlayedFlows: Apus_Hvflow_V1_HVFlow.SimpleServiceProtocol {
    struct State {
        /// By object: the flows' texts.
        var flows: [UInt32: [String]] = [:]
        var generation: UInt64 = 0
        var isSwitchAway = false
        var missing: [String] = []
        /// A text of a flow that is refused.
        var refused: String?
        var adds = 0
    }

    let state = Mutex(State())

    func addFlows(
        request: Apus_Hvflow_V1_AddFlowsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_ChangeResponse {
        try state.withLock { state in
            state.adds += 1
            if let refused = state.refused, request.flows.contains(where: { $0.text.contains(refused) }) {
                throw RPCError(code: .invalidArgument, message: "flows[0].text: refused")
            }
            guard request.generation > state.generation, request.expectedGeneration == state.generation else {
                throw RPCError(code: .failedPrecondition, message: "generation \(request.generation)")
            }
            state.generation = request.generation
            for object in request.objects { state.flows[object] = nil }
            for flow in request.flows { state.flows[flow.object, default: []].append(flow.text) }
            return Self.answer(state)
        }
    }

    func deleteFlows(
        request: Apus_Hvflow_V1_DeleteFlowsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_ChangeResponse {
        try state.withLock { state in
            guard !request.hasExpectedGeneration || request.expectedGeneration == state.generation else {
                throw RPCError(code: .failedPrecondition, message: "generation \(request.generation)")
            }
            state.generation = max(state.generation, request.generation)
            for object in request.objects { state.flows[object] = nil }
            return Self.answer(state)
        }
    }

    private static func answer(_ state: State) -> Apus_Hvflow_V1_ChangeResponse {
        .with {
            $0.generation = state.generation
            $0.programmed = !state.isSwitchAway
            $0.missingPorts = state.missing
        }
    }

    func listFlows(
        request: Apus_Hvflow_V1_ListFlowsRequest, response: RPCWriter<Apus_Hvflow_V1_ListFlowsResponse>,
        context: ServerContext
    ) async throws {
        let flows = state.withLock { $0.flows }
        try await response.write(
            .with { message in
                message.flows = flows.flatMap { object, texts in
                    texts.map { text in
                        .with {
                            $0.owner = 1
                            $0.object = object
                            $0.text = text
                        }
                    }
                }
            })
    }

    func status(
        request: Apus_Hvflow_V1_StatusRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_StatusResponse {
        let generation = state.withLock { $0.generation }
        return .with { message in
            message.owners = [
                .with {
                    $0.owner = 1
                    $0.generation = generation
                }
            ]
        }
    }

    func setFlows(
        request: Apus_Hvflow_V1_SetFlowsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_ChangeResponse { throw RPCError(code: .unimplemented, message: "not played") }

    func watch(
        request: Apus_Hvflow_V1_WatchRequest, response: RPCWriter<Apus_Hvflow_V1_WatchResponse>, context: ServerContext
    ) async throws { throw RPCError(code: .unimplemented, message: "not played") }

    func diff(
        request: Apus_Hvflow_V1_DiffRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_DiffResponse { throw RPCError(code: .unimplemented, message: "not played") }

    func trace(
        request: Apus_Hvflow_V1_TraceRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_TraceResponse { throw RPCError(code: .unimplemented, message: "not played") }

    func ports(
        request: Apus_Hvflow_V1_PortsRequest, context: ServerContext
    ) async throws -> Apus_Hvflow_V1_PortsResponse { throw RPCError(code: .unimplemented, message: "not played") }
}

@Suite("Address service")
struct AddressServiceTests {
    private func code(_ body: () async throws -> Void) async -> (RPCError.Code?, String) {
        do {
            try await body()
            return (nil, "")
        } catch {
            return ((error as? RPCError)?.code, (error as? RPCError)?.message ?? "\(error)")
        }
    }

    @Test func `droplets are set, got, listed and deleted, and are there after a restart`() async throws {
        let daemon = try ServedDaemon()
        try await daemon.run { service in
            for number in 1...5 {
                let answer = try await service.setParameters(DropletBookTests.request(number, generation: 7))
                #expect(answer.configuredGeneration == 7 && answer.programmedGeneration == 0 && answer.changed)
            }
            #expect(try await !service.setParameters(DropletBookTests.request(1, generation: 7)).changed)
            let held = try await service.get(.with { $0.dropletID = "d3" }).droplet
            #expect(held.parameters == DropletBookTests.request(3).parameters && held.configuredGeneration == 7)
            var names: [String] = []
            var token = ""
            repeat {
                let page = try await service.list(
                    .with {
                        $0.pageSize = 2
                        $0.pageToken = token
                    })
                names += page.droplets.map(\.id)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(names == ["d1", "d2", "d3", "d4", "d5"])
            #expect(
                try await service.delete(
                    .with {
                        $0.dropletID = "d2"
                        $0.generation = 8
                    }
                ).deleted)
        }
        try await daemon.run { service in
            let names = try await service.list(Apus_Hvaddr_V1_ListRequest()).droplets.map(\.id)
            #expect(names == ["d1", "d3", "d4", "d5"])
            let stats = try await service.stats(Apus_Hvaddr_V1_StatsRequest())
            #expect(stats.daemon.droplets == 4 && !stats.daemon.portOpen && !stats.daemon.flowsReachable)
        }
    }

    @Test func `what is wrong is refused with its name and its kind`() async throws {
        try await ServedDaemon().run { service in
            _ = try await service.setParameters(DropletBookTests.request(1, generation: 5))
            var bad = DropletBookTests.request(2)
            bad.parameters.ipv4.gateway = "gateway"
            let (invalid, text) = await code { _ = try await service.setParameters(bad) }
            #expect(invalid == .invalidArgument && text.hasPrefix("parameters.ipv4.gateway: "), "\(text)")
            let stale = await code { _ = try await service.setParameters(DropletBookTests.request(1, generation: 4)) }
            #expect(stale.0 == .failedPrecondition, "\(stale)")
            let taken = await code { _ = try await service.setParameters(DropletBookTests.request(2, port: 1)) }
            #expect(taken.0 == .alreadyExists && taken.1.contains("parameters.port"), "\(taken)")
            let missing = await code { _ = try await service.get(.with { $0.dropletID = "d9" }) }
            #expect(missing.0 == .notFound)
            let token = await code {
                try await service.watch(.with { $0.resumeToken = "nonsense" }) { response in
                    for try await _ in response.messages {}
                }
            }
            #expect(token.0 == .invalidArgument && token.1.hasPrefix("resume_token: "), "\(token)")
        }
    }

    @Test func `a sync makes it so, all at once`() async throws {
        try await ServedDaemon().run { service in
            for number in 1...3 { _ = try await service.setParameters(DropletBookTests.request(number)) }
            let answer = try await service.sync { writer in
                try await writer.write(.with { $0.generation = 9 })
                for number in 3...600 {
                    try await writer.write(
                        .with {
                            $0.droplets = [DropletBookTests.request(number, generation: number == 3 ? 1 : 9)]
                        })
                }
            }
            #expect(answer.set == 597 && answer.unchanged == 1 && answer.removed == 2 && answer.rejected.isEmpty)
            #expect(try await service.list(.with { $0.pageSize = 1 }).syncedGeneration == 9)
            // One that breaks off changes nothing.
            _ = try? await service.sync { writer in
                try await writer.write(.with { $0.generation = 10 })
                throw CancellationError()
            }
            #expect(try await service.stats(Apus_Hvaddr_V1_StatsRequest()).daemon.droplets == 598)
        }
    }

    @Test func `a watch tells what is held, what changes, and goes on from its token`() async throws {
        try await ServedDaemon().run { service in
            _ = try await service.setParameters(DropletBookTests.request(1))
            let token: String = try await service.watch(Apus_Hvaddr_V1_WatchRequest()) { response in
                var kinds: [Apus_Hvaddr_V1_WatchResponse.Kind] = []
                for try await event in response.messages {
                    kinds.append(event.kind)
                    if event.kind == .current {
                        _ = try await service.setParameters(DropletBookTests.request(2))
                    }
                    if kinds.count == 4 {
                        #expect(kinds == [.reset, .set, .current, .set] && event.droplet.id == "d2")
                        return event.resumeToken
                    }
                }
                return ""
            }
            _ = try await service.delete(
                .with {
                    $0.dropletID = "d1"
                    $0.generation = 2
                })
            try await service.watch(.with { $0.resumeToken = token }) { response in
                for try await event in response.messages {
                    #expect(event.kind == .deleted && event.droplet.id == "d1")
                    return
                }
            }
        }
    }

    @Test func `flows are asked for until the switch has them, and are told apart from what is configured`()
        async throws
    {
        let daemon = try ServedDaemon()
        let flows = daemon.flows
        flows.state.withLock { state in
            state.flows[4000] = ["table=0,in_port=tap99,actions=drop"]
            state.isSwitchAway = true
            state.missing = ["tap1"]
        }
        try await daemon.run(withFlows: true) { service in
            _ = try await service.setParameters(DropletBookTests.request(1, generation: 3))
            let waiting = try await ServedDaemon.wait(service, "d1") { !$0.programmingError.isEmpty }
            #expect(waiting.programmedGeneration == 0 && waiting.programmingError == "the switch is away")
            flows.state.withLock { $0.isSwitchAway = false }
            let pending = try await ServedDaemon.wait(service, "d1") { $0.programmingError.contains("tap1") }
            #expect(pending.programmedGeneration == 0, "\(pending.programmingError)")
            flows.state.withLock { $0.missing = [] }
            let done = try await ServedDaemon.wait(service, "d1") { $0.programmedGeneration == 3 }
            #expect(done.programmedGeneration == 3 && done.programmingError.isEmpty)
            let objects = flows.state.withLock { $0.flows.keys.sorted() }
            #expect(objects == [0, 1], "what no droplet has is gone")
            // One that is refused holds up no other.
            flows.state.withLock { $0.refused = "tap2," }
            for number in 2...4 { _ = try await service.setParameters(DropletBookTests.request(number)) }
            let refused = try await ServedDaemon.wait(service, "d2") { $0.programmingError.contains("refused") }
            #expect(refused.programmedGeneration == 0, "\(refused.programmingError)")
            for name in ["d3", "d4"] {
                #expect(
                    try await ServedDaemon.wait(service, name) { $0.programmedGeneration == 1 }.programmedGeneration
                        == 1)
            }
            _ = try await service.delete(
                .with {
                    $0.dropletID = "d3"
                    $0.generation = 2
                })
            for _ in 0..<100 where flows.state.withLock({ $0.flows[3] != nil }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(flows.state.withLock { $0.flows[3] } == nil)
            // It lost all that it had: it gets it again.
            flows.state.withLock { ($0.flows, $0.generation, $0.refused) = ([:], 0, nil) }
            for _ in 0..<300 where flows.state.withLock({ $0.flows.count < 4 }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(flows.state.withLock { $0.flows.keys.sorted() } == [0, 1, 2, 4])
        }
    }

    @Test func `many callers at once are all answered, and what they said is kept`() async throws {
        let daemon = try ServedDaemon()
        try await daemon.run { service in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...400 {
                    group.addTask { _ = try await service.setParameters(DropletBookTests.request(number)) }
                }
                try await group.waitForAll()
            }
        }
        try await daemon.run { service in
            let stats = try await service.stats(Apus_Hvaddr_V1_StatsRequest())
            #expect(stats.daemon.droplets == 400)
        }
    }
}
