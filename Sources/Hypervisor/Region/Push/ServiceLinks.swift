import GRPCCore
import GRPCNIOTransportHTTP2Posix
import ServiceAPI
import SwiftProtobuf
import Synchronization

/// Hypervisors reached by gRPC: each by a connection that is kept for a while after it was used.
package final class ServiceLinks: HypervisorLinks {
    private final class Link: Sendable {
        let client: ServiceConnection.Client
        let task: Task<Void, Never>
        let used = Mutex(ContinuousClock.now)
        let users = Atomic(0)

        init(_ client: ServiceConnection.Client) {
            self.client = client
            task = Task { try? await client.runConnections() }
        }

        deinit { task.cancel() }
    }

    private let tls: ServingTLS?
    private let links = Mutex<[String: Link]>([:])
    private let nextSweep = Mutex(ContinuousClock.now)

    /// How long an unused connection is kept: most changes come alone, and some in a crowd.
    private static let idle: Duration = .seconds(30)

    package init(tls: ServingTLS?) { self.tls = tls }

    private func with(
        _ endpoint: String,
        _ body: (Apus_Hvaddr_V1_HVAddr.Client<HTTP2ClientTransport.Posix>) async throws -> PushResult
    ) async -> PushResult {
        sweep()
        do {
            let link = try link(to: endpoint)
            link.users.wrappingAdd(1, ordering: .relaxed)
            defer {
                link.users.wrappingSubtract(1, ordering: .relaxed)
                link.used.withLock { $0 = .now }
            }
            return try await body(Apus_Hvaddr_V1_HVAddr.Client(wrapping: link.client))
        } catch let error as RPCError {
            // Waiting for its own backoff a connection would come back later than we do.
            if error.code == .unavailable || error.code == .deadlineExceeded { drop(endpoint) }
            let told = await Self.explained(error, endpoint, tls)
            return .failed("\(told.code): \(told.message)")
        } catch {
            return .failed("\(error)")
        }
    }

    private static func explained(_ error: RPCError, _ endpoint: String, _ tls: ServingTLS?) async -> RPCError {
        guard let endpoint = try? Endpoint(endpoint) else { return error }
        return await ServiceConnection.explained(error, at: endpoint, tls: tls) as? RPCError ?? error
    }

    private func link(to endpoint: String) throws -> Link {
        if let link = links.withLock({ $0[endpoint] }) { return link }
        let client = GRPCClient(transport: try ServiceConnection.transport(to: Endpoint(endpoint), tls: tls))
        let fresh = Link(client)
        return links.withLock { links in
            if let link = links[endpoint] { return link }
            links[endpoint] = fresh
            return fresh
        }
    }

    private func drop(_ endpoint: String) { links.withLock { $0[endpoint] = nil } }

    private func sweep() {
        let now = ContinuousClock.now
        let isDue = nextSweep.withLock { next in
            guard next <= now else { return false }
            next = now + .seconds(5)
            return true
        }
        guard isDue else { return }
        links.withLock { links in
            links = links.filter {
                $0.value.users.load(ordering: .relaxed) > 0 || now - $0.value.used.withLock({ $0 }) < Self.idle
            }
        }
    }

    package func push(_ items: [PushItem], to endpoint: String) async -> PushResult {
        await with(endpoint) { client in
            var refused: [String: String] = [:]
            for item in items {
                do {
                    try await Self.tell(item, client)
                } catch let error as RPCError {
                    switch error.code {
                    case .invalidArgument, .resourceExhausted: refused[item.droplet] = "\(error.code): \(error.message)"
                    // It has something later, or something that is in the way of this one.
                    case .failedPrecondition, .alreadyExists: return .outOfStep("\(error.code): \(error.message)")
                    default: throw error
                    }
                }
            }
            return .done(refused: refused)
        }
    }

    private static func tell<Transport: ClientTransport>(
        _ item: PushItem, _ client: Apus_Hvaddr_V1_HVAddr.Client<Transport>
    ) async throws {
        let options = ServiceConnection.options(within: .seconds(5))
        if item.record == nil {
            var request = Apus_Hvaddr_V1_DeleteRequest()
            request.dropletID = item.droplet
            request.generation = UInt64(item.generation)
            _ = try await client.delete(request, options: options)
        } else {
            _ = try await client.setParameters(try setting(item), options: options)
        }
    }

    private static func setting(_ item: PushItem) throws -> Apus_Hvaddr_V1_SetParametersRequest {
        var request = Apus_Hvaddr_V1_SetParametersRequest()
        request.dropletID = item.droplet
        request.generation = UInt64(item.generation)
        request.parameters = try Apus_Rns_V1_Droplet(serializedBytes: item.record ?? []).parameters
        return request
    }

    package func sync(_ items: [PushItem], at revision: Int64, to endpoint: String) async -> PushResult {
        await with(endpoint) { client in
            let answer = try await client.sync(
                options: ServiceConnection.options(within: .seconds(30)),
                requestProducer: { writer in
                    var first = Apus_Hvaddr_V1_SyncRequest()
                    first.generation = UInt64(revision)
                    try await writer.write(first)
                    for begin in stride(from: 0, to: items.count, by: 64) {
                        var message = Apus_Hvaddr_V1_SyncRequest()
                        message.droplets = try items[begin..<min(begin + 64, items.count)].map(Self.setting)
                        try await writer.write(message)
                    }
                })
            var refused: [String: String] = [:]
            for rejection in answer.rejected {
                refused[rejection.dropletID] =
                    rejection.field.isEmpty ? rejection.reason : "\(rejection.field): \(rejection.reason)"
            }
            return .done(revision: revision, refused: refused)
        }
    }

    package func audit(synced revision: Int64, at endpoint: String) async -> PushResult {
        await with(endpoint) { client in
            let stats = try await client.stats(
                Apus_Hvaddr_V1_StatsRequest(), options: ServiceConnection.options(within: .seconds(5)))
            guard Int64(stats.daemon.syncedGeneration) >= revision else {
                return .outOfStep("it knows of no sync after generation \(stats.daemon.syncedGeneration)")
            }
            return .audited
        }
    }
}
