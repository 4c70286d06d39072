import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Logging
import ServiceAPI
import ServiceLifecycle
import SwiftProtobuf
import Synchronization

/// Has hvflowd program the flows of each droplet, again and again until it says that the switch has them.
///
/// It is a service of a run group. While hvflowd is away, droplets are answered all the same, and wait here.
package final class FlowProgrammer: DropletProgrammer, Service {
    private let endpoint: Endpoint
    private let tls: ServingTLS?
    private let plan: BridgePlan
    private let keeper: AddressKeeper
    private let logger: Logger
    private let state = Mutex(ProgrammerState())
    private let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// hvaddrd's number among hvflowd's owners.
    package static let owner: UInt32 = 1
    /// How many droplets one request is about.
    static let batchLimit = 64
    /// How often hvflowd is asked whether it still has what it was given.
    static let auditInterval = Duration.seconds(2)

    package init(
        endpoint: Endpoint, tls: ServingTLS? = nil, plan: BridgePlan, keeper: AddressKeeper, logger: Logger
    ) {
        (self.endpoint, self.tls) = (endpoint, tls)
        (self.plan, self.keeper, self.logger) = (plan, keeper, logger)
    }

    package func reset(_ records: [DropletRecord]) {
        state.withLock { state in
            for record in records { state.put(record) }
        }
        waker.yield()
    }

    package func put(_ record: DropletRecord) {
        state.withLock { $0.put(record) }
        waker.yield()
    }

    package func remove(tag: UInt16) {
        state.withLock { $0.remove(tag) }
        waker.yield()
    }

    /// What the last call said: whether it was answered, and its error.
    package var condition: (isReachable: Bool, error: String) { state.withLock { ($0.isReachable, $0.error) } }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            do {
                try await ServiceConnection.with(endpoint, tls: tls) { client in
                    try await work(Apus_Hvflow_V1_HVFlow.Client(wrapping: client))
                }
            } catch is CancellationError {
                return
            } catch {
                guard !Task.isCancelled else { return }
                throw error
            }
        }
    }

    private typealias Client = Apus_Hvflow_V1_HVFlow.Client<HTTP2ClientTransport.Posix>

    private func work(_ client: Client) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                // A clock's tick is as good as a wake: what is due is looked at.
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(100))
                    waker.yield()
                }
            }
            group.addTask { [self] in
                for await _ in wakes {
                    guard !Task.isCancelled else { return }
                    await round(client)
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Does all that is due now.
    private func round(_ client: Client) async {
        if state.withLock({ $0.isAuditDue(at: .now) }) { await audit(client) }
        guard state.withLock({ $0.hasBegun }) else { return }
        while !Task.isCancelled {
            let work = state.withLock { $0.due(at: .now, limit: Self.batchLimit) }
            guard !work.isEmpty else { return }
            guard await remove(work.removals, client), await program(work, client) else { return }
        }
    }

    private static var options: CallOptions { ServiceConnection.options(within: .seconds(10)) }

    // MARK: Calls

    /// Asks hvflowd whether it has what it was given last; if not, everything is given again.
    private func audit(_ client: Client) async {
        do {
            let status = try await client.status(Apus_Hvflow_V1_StatusRequest(), options: Self.options)
            let generation = status.owners.first { $0.owner == Self.owner }?.generation ?? 0
            let isFirst = state.withLock { state in
                defer { state.noteAudit(generation: generation, at: .now) }
                return !state.hasBegun
            }
            if isFirst { try await removeStale(client) }
            state.withLock { $0.hasBegun = true }
        } catch {
            await note(error, doing: "ask hvflowd how it is")
            state.withLock { $0.noteAudit(generation: nil, at: .now) }
        }
    }

    /// Takes away, at start, what belongs to no droplet any more.
    ///
    /// If that is more than hvflowd lets go, an operator is told.
    private func removeStale(_ client: Client) async throws {
        var stale = try await client.listFlows(.with { $0.owner = Self.owner }, options: Self.options) { response in
            var objects: Set<UInt32> = []
            for try await part in response.messages { objects.formUnion(part.flows.map(\.object)) }
            return objects
        }
        stale.remove(BridgePlan.object)
        stale.subtract(state.withLock { $0.tags.map(UInt32.init) })
        guard !stale.isEmpty else { return }
        do {
            let generation = state.withLock { $0.nextGeneration() }
            let answer = try await client.deleteFlows(
                .with {
                    $0.owner = Self.owner
                    $0.objects = stale.sorted()
                    $0.generation = generation
                }, options: Self.options)
            noteReached(answer)
        } catch let error as RPCError where error.code == .failedPrecondition {
            logger.error(
                "flows of droplets that are not held stay, since they are so many; take them away with hvflowctl",
                metadata: ["objects": "\(stale.count)", "error": "\(error.message)"])
        }
    }

    /// Takes the flows of tags away; false if hvflowd could not be asked.
    private func remove(_ tags: [UInt16], _ client: Client) async -> Bool {
        guard !tags.isEmpty else { return true }
        let (generation, expected) = state.withLock { ($0.nextGeneration(), $0.expected) }
        do {
            let answer = try await client.deleteFlows(
                .with {
                    $0.owner = Self.owner
                    $0.objects = tags.map(UInt32.init)
                    $0.generation = generation
                    $0.expectedGeneration = expected
                    // Each of them was taken away by name.
                    $0.force = true
                }, options: Self.options)
            noteReached(answer)
            guard answer.programmed else {
                state.withLock { $0.postpone(tags, at: .now) }
                return true
            }
            let released = state.withLock { $0.removed(tags) }
            for tag in released { await keeper.release(tag) }
            return true
        } catch {
            state.withLock { $0.postpone(tags, at: .now) }
            await note(error, doing: "take flows away")
            if Self.isAstray(error) { state.withLock { $0.requestAudit() } }
            return !Self.isAway(error) && !Self.isAstray(error)
        }
    }

    /// Gives hvflowd the flows of droplets; false if it could not be asked.
    private func program(_ work: ProgrammerState.Work, _ client: Client) async -> Bool {
        guard !work.records.isEmpty || work.needsBase else { return true }
        do {
            let answer = try await client.addFlows(request(work), options: Self.options)
            noteReached(answer)
            await note(answer, of: work)
            return true
        } catch {
            if Self.isAstray(error) {
                // It is asked what it has before anything else is said.
                state.withLock { $0.requestAudit() }
                return false
            }
            await note(error, doing: "program flows")
            state.withLock { $0.postpone(work.records.map(\.tag), at: .now) }
            let isAway = Self.isAway(error)
            guard isAway || work.records.count <= 1, !(work.needsBase && !work.records.isEmpty) else {
                // One of them is at fault, which may be found by asking for each alone.
                return await programEach(work, client)
            }
            for record in work.records {
                await keeper.note(record.identifier, programmed: nil, error: Self.text(error))
            }
            return !isAway
        }
    }

    private func programEach(_ work: ProgrammerState.Work, _ client: Client) async -> Bool {
        if work.needsBase, await !program(ProgrammerState.Work(needsBase: true), client) { return false }
        for record in work.records
        where await !program(ProgrammerState.Work(records: [record]), client) { return false }
        return true
    }

    private func request(_ work: ProgrammerState.Work) -> Apus_Hvflow_V1_AddFlowsRequest {
        let (generation, expected) = state.withLock { ($0.nextGeneration(), $0.expected) }
        func flow(_ text: String, _ object: UInt32) -> Apus_Hvflow_V1_Flow {
            .with {
                $0.text = text
                $0.object = object
            }
        }
        return .with { request in
            request.owner = Self.owner
            request.generation = generation
            request.expectedGeneration = expected
            request.replacesObjects = true
            if work.needsBase {
                request.objects.append(BridgePlan.object)
                request.flows += plan.flows.map { flow($0, BridgePlan.object) }
            }
            for record in work.records {
                let object = UInt32(record.tag)
                let flows = DropletFlows(record.parameters, tag: record.tag, on: plan)
                request.objects.append(object)
                request.flows += flows.flows.map { flow($0, object) }
                request.meters += flows.meters.map { text in
                    .with {
                        $0.text = text
                        $0.object = object
                    }
                }
            }
        }
    }

    private func note(_ answer: Apus_Hvflow_V1_ChangeResponse, of work: ProgrammerState.Work) async {
        let missing = Set(answer.missingPorts)
        // Of one uplink that is missing, no droplet's flows are held up.
        if work.needsBase {
            state.withLock { $0.baseIsDone(answer.programmed) }
            if let uplink = plan.uplink, missing.contains(uplink) {
                logger.warning(
                    "the bridge has no such uplink: nothing leaves it; a bond has no OpenFlow port and goes into a bridge of its own, to which a patch port leads",
                    metadata: ["port": "\(uplink)"])
            }
        }
        for record in work.records {
            let waits = missing.intersection([record.parameters.port, plan.addressPort]).sorted()
            let isDone = answer.programmed && waits.isEmpty
            let isCurrent = state.withLock { $0.answered(record, isDone: isDone, at: .now) }
            let error =
                isDone || !isCurrent
                ? ""
                : answer.programmed ? "the bridge has no port \(waits.joined(separator: ", "))" : "the switch is away"
            await keeper.note(record.identifier, programmed: isDone ? record.generation : nil, error: error)
        }
    }

    // MARK: Errors

    /// Whether hvflowd counts our changes otherwise than we do.
    private static func isAstray(_ error: any Error) -> Bool {
        (error as? RPCError)?.code == .failedPrecondition
    }

    private static func isAway(_ error: any Error) -> Bool {
        guard let error = error as? RPCError else { return true }
        return [.unavailable, .deadlineExceeded, .cancelled, .unknown].contains(error.code)
    }

    private static func text(_ error: any Error) -> String {
        (error as? RPCError).map { "\($0.code): \($0.message)" } ?? "\(error)"
    }

    private func noteReached(_ answer: Apus_Hvflow_V1_ChangeResponse) {
        let wasAway = state.withLock { state in
            state.acknowledge(answer.generation)
            defer { (state.isReachable, state.error) = (true, "") }
            return !state.isReachable
        }
        if wasAway { logger.notice("hvflowd answers", metadata: ["address": "\(endpoint)"]) }
    }

    private func note(_ error: any Error, doing what: String) async {
        guard !Task.isCancelled else { return }
        let error = await ServiceConnection.explained(error, at: endpoint, tls: tls)
        let text = Self.text(error)
        let isNew = state.withLock { state in
            defer { (state.isReachable, state.error) = (!Self.isAway(error), text) }
            return state.error != text
        }
        if isNew { logger.warning("cannot \(what)", metadata: ["error": "\(text)"]) }
    }
}
