import ArgumentParser
import Linux
import LoadBalancer
import Logging
import ServiceLifecycle
import SystemPackage
import Telemetry
import UnixSignals

/// Balances load until it is told to stop.
struct LBRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Balance load until SIGTERM or Ctrl-C.",
        discussion: """
            On SIGTERM or SIGINT no more connections are taken, requests under way are finished, and after process.drain_timeout what is left is cut. SIGHUP opens the access log anew.

            EXAMPLES:
              apus lb run lb.yaml
              apus lb run --log-format json lb.yaml
            """)

    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "The form of the program's own log on standard error: text or json.")
    var logFormat = LogFormat.text

    enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

    func run() async throws {
        var configuration = try ConfigurationFile(path: file).load()
        let style: ConsoleLogHandler.Style = logFormat == .json ? .json : .automatic
        let logger = Logger(label: "apus") { ConsoleLogHandler(label: $0, style: style) }
        // A client's connection and its backend's, a pipe for some, and what the program itself holds.
        let needed = configuration.process.connections * 2 + 256
        let limit = DescriptorLimit.raise(to: needed)
        if limit < needed {
            // Clients that wait in the kernel's queue are better served than those for whom no backend can be reached.
            let most = max(1, (limit - 256) / 2)
            logger.warning(
                "this process may open \(limit) descriptors, so that it takes \(most) connections at one time, not the \(configuration.process.connections) of process.max_connections; raise the limit to \(needed) (ulimit -n, LimitNOFILE=)"
            )
            configuration.process.connections = min(configuration.process.connections, most)
        }
        let runtime: Runtime
        do throws(Runtime.Failure) {
            runtime = try Runtime(configuration, version: Version.line, logger: logger)
        } catch {
            throw Self.failure(error)
        }
        for (listener, address) in runtime.addresses { logger.notice("listener \(listener): \(address)") }
        var services: [any Service] = [runtime, Reopening(runtime: runtime)]
        if let admin = configuration.admin {
            services.append(AdminService(address: admin, source: runtime, logger: logger))
            logger.notice("status and metrics: http://\(admin)/")
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await group.run()
        } catch let error as AdminService.Failure {
            guard case .cannotBind(_, let system) = error else { throw error }
            throw Failure(system.code == .permissionDenied ? .notPermitted : .unavailable, "\(error)")
        }
        logger.notice("stopped")
    }

    private static func failure(_ error: Runtime.Failure) -> Failure {
        switch error {
        case .cannotListen(let listener, let address, let system):
            let place = "listener \(listener): cannot listen on \(address)"
            return switch system.code {
            case .addressInUse: Failure(.unavailable, "\(place): another process does already (see 'ss -ltnp')")
            case .permissionDenied:
                Failure(
                    .notPermitted,
                    "\(place): ports below 1024 need root, CAP_NET_BIND_SERVICE or a lower net.ipv4.ip_unprivileged_port_start"
                )
            default: Failure(system, place)
            }
        case .cannotLog(let error): return Failure(.cannotCreate, "\(error)")
        case .tls(let pool, let failure): return Failure(.configuration, "pool \(pool): tls: \(failure)")
        case .system(let error): return Failure(error)
        }
    }
}

/// Opens the access log anew on SIGHUP, as after a rotation.
private struct Reopening: Service {
    let runtime: Runtime

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { runtime.reopenLog() }
        }
    }
}
