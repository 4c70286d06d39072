package import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Linux
package import Logging
import ServiceAPI
import ServiceLifecycle
import SystemPackage

/// Serves gRPC for a daemon: its own services, health and reflection, on sockets of this machine and over TCP with TLS.
///
/// It is a service of a `ServiceGroup`. On a graceful shutdown it takes no more requests and lets those that run end, for
/// `grace` at most; streams that have no end should watch for the shutdown themselves (`cancelWhenGracefulShutdown`).
package struct ServiceServer: ServiceLifecycle.Service {
    /// One address to serve on.
    package struct Listener: Sendable {
        package var endpoint: Endpoint
        /// Who may open a unix socket: its mode, 0600 for its owner alone.
        package var mode: UInt32
        /// Needed over TCP, not used on a unix socket.
        package var tls: ServingTLS?

        /// Makes one.
        package init(_ endpoint: Endpoint, mode: UInt32 = 0o600, tls: ServingTLS? = nil) {
            (self.endpoint, self.mode, self.tls) = (endpoint, mode, tls)
        }
    }

    /// Tells clients which services work; a daemon sets it.
    package let health: HealthService

    private let servers: [(listener: Listener, server: GRPCServer<HTTP2ServerTransport.Posix>)]
    private let grace: Duration
    private let logger: Logger

    /// Binds unix sockets at once, so that a daemon which says that it is ready can be called, and TCP's when it runs.
    ///
    /// A socket that a dead process left is removed; one that answers, or a file that is no socket, is an error.
    package init(
        _ listeners: [Listener], services: [any RegistrableRPCService], health: HealthService = HealthService(),
        grace: Duration = .seconds(5), logger: Logger
    ) throws {
        self.health = health
        let names = services.flatMap(ServiceServer.names)
        for name in names { health.set(.serving, for: name) }
        let reflection = try ReflectionService(serving: names)
        let all: [any RegistrableRPCService] = services + [health, reflection]
        var servers: [(Listener, GRPCServer<HTTP2ServerTransport.Posix>)] = []
        for listener in listeners {
            let transport = try Self.transport(for: listener)
            servers.append((listener, GRPCServer(transport: transport, services: all)))
        }
        (self.servers, self.grace, self.logger) = (servers, grace, logger)
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (listener, server) in servers {
                group.addTask { try await serve(server, on: listener) }
            }
            try await group.waitForAll()
        }
        for case .unix(let path) in servers.map(\.listener.endpoint) { UnixSocketFile.remove(path) }
    }

    private func serve(_ server: GRPCServer<HTTP2ServerTransport.Posix>, on listener: Listener) async throws {
        logger.info("serving", metadata: ["address": "\(listener.endpoint)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await server.serve()
                } catch let error as RuntimeError {
                    guard !Task.isCancelled else { return }
                    throw HypervisorError(
                        "serve on \(listener.endpoint)", error.cause.map { "\($0)" } ?? error.message)
                }
            }
            group.addTask {
                try? await gracefulShutdown()
                guard !Task.isCancelled else { return }
                health.end()
                server.beginGracefulShutdown()
                try? await Task.sleep(for: grace)
            }
            // Whichever ends first: the server, or its time.
            try await group.next()
            group.cancelAll()
            try? await group.waitForAll()
        }
    }

    private static func transport(for listener: Listener) throws -> HTTP2ServerTransport.Posix {
        let config = HTTP2ServerTransport.Posix.Config.defaults {
            $0.rpc.maxRequestPayloadSize = ServiceConnection.payloadLimit
            // A client that opens more waits, or uses another connection.
            $0.http2.maxConcurrentStreams = ServiceConnection.streamLimit
            // Clients that wait on a stream for hours may ask whether we are there.
            $0.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
            $0.connection.keepalive.clientBehavior.allowWithoutCalls = true
        }
        switch listener.endpoint {
        case .unix(let path):
            let descriptor = try UnixSocketFile.listening(atPath: path, mode: listener.mode)
            return HTTP2ServerTransport.Posix(
                listeningSocketDescriptor: Int(descriptor), transportSecurity: .plaintext, config: config)
        case .tcp:
            guard let tls = listener.tls else {
                throw HypervisorError(
                    "serve on \(listener.endpoint)", "over TCP it takes a certificate, a key and trusted roots")
            }
            return HTTP2ServerTransport.Posix(
                address: listener.endpoint.listening, transportSecurity: tls.server, config: config)
        }
    }

    /// The full names of what a service registers.
    private static func names(of service: any RegistrableRPCService) -> [String] {
        var router = RPCRouter<HTTP2ServerTransport.Posix>()
        service.registerMethods(with: &router)
        return Set(router.methods.map(\.service.fullyQualifiedService)).sorted()
    }
}
