package import GRPCCore
package import ServiceAPI
import SwiftProtobuf
import Synchronization

/// gRPC's health service (`grpc.health.v1.Health`): which services work, asked once or watched.
package final class HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
    package typealias Status = Grpc_Health_V1_HealthCheckResponse.ServingStatus

    private struct State {
        /// By the service's full name; the server as a whole is empty.
        var statuses: [String: Status] = ["": .serving]
        var watchers: [Int: (service: String, continuation: AsyncStream<Status>.Continuation)] = [:]
        var nextWatcher = 0
        var isEnded = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Says how a service is, or with an empty name the server.
    package func set(_ status: Status, for service: String) {
        state.withLock { state in
            guard !state.isEnded, state.statuses.updateValue(status, forKey: service) != status else { return }
            for watcher in state.watchers.values where watcher.service == service {
                watcher.continuation.yield(status)
            }
        }
    }

    /// Says that nothing is served any more, and ends those who watch.
    package func end() {
        state.withLock { state in
            state.isEnded = true
            for service in state.statuses.keys { state.statuses[service] = .notServing }
            for watcher in state.watchers.values {
                watcher.continuation.yield(.notServing)
                watcher.continuation.finish()
            }
            state.watchers = [:]
        }
    }

    package func check(
        request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext
    ) async throws -> Grpc_Health_V1_HealthCheckResponse {
        guard let status = state.withLock({ $0.statuses[request.service] }) else {
            throw RPCError(code: .notFound, message: "there is no service '\(request.service)' here")
        }
        return .with { $0.status = status }
    }

    package func watch(
        request: Grpc_Health_V1_HealthCheckRequest, response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
        context: ServerContext
    ) async throws {
        // What is not read is only the newest: it is a state, not a list.
        let (stream, continuation) = AsyncStream.makeStream(of: Status.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            defer { state.nextWatcher += 1 }
            continuation.yield(state.statuses[request.service] ?? .serviceUnknown)
            if state.isEnded {
                continuation.finish()
            } else {
                state.watchers[state.nextWatcher] = (request.service, continuation)
            }
            return state.nextWatcher
        }
        defer { state.withLock { $0.watchers[number] = nil } }
        for await status in stream { try await response.write(.with { $0.status = status }) }
    }
}
