import ArgumentParser
import DHCP
import DHCPServer
import Hypervisor
import Link
import Linux
import Logging
import ServiceLifecycle
import SystemPackage
import Telemetry
import UnixSignals

/// Lends addresses until it is told to stop.
struct DHCPRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Lend addresses until SIGTERM or Ctrl-C.",
        discussion: """
            It needs CAP_NET_RAW, CAP_NET_ADMIN and CAP_NET_BIND_SERVICE. On SIGTERM or SIGINT what has come is answered first. SIGHUP reads the configuration anew: leases stay, and a file with mistakes changes nothing.

            EXAMPLES:
              apus dhcp run dhcp.yaml
              apus dhcp run --verbose --log-format json dhcp.yaml
            """)

    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "The form of the program's own log on standard error: text or json.")
    var logFormat = LBRun.LogFormat.text

    @Flag(help: "Log every message.")
    var verbose = false

    func run() async throws {
        let configuration = try DHCPConfigurationFile(path: file).load()
        let style: ConsoleLogHandler.Style = logFormat == .json ? .json : .automatic
        var logger = Logger(label: "apus") { ConsoleLogHandler(label: $0, style: style) }
        if verbose { logger.logLevel = .debug }
        if let path = configuration.traces {
            do throws(LogError) {
                try SpanFile.bootstrap(path: path, service: "apus-dhcp")
            } catch {
                throw Failure(.cannotCreate, "traces: cannot open \(path): \(error.code)")
            }
        }
        let runtime: ServerRuntime
        do throws(ServerFailure) {
            let store: any LeaseStore
            do throws(LeaseStoreError) {
                store = try LeasePlace.store(configuration.leases)
            } catch {
                throw .store(error)
            }
            runtime = try ServerRuntime(configuration, store: store, logger: logger)
        } catch {
            throw Self.failure(error)
        }
        var services: [any Service] = [runtime]
        if let path = configuration.control {
            services.append(try Self.controlServer(at: path, of: runtime, logger: logger))
        }
        services.append(Reloading(runtime: runtime, file: file, logger: logger))
        logger.notice("ready")
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
        try await group.run()
        logger.notice("stopped")
    }

    /// Serves what operators ask on a socket that only its owner can open.
    private static func controlServer(
        at path: String, of runtime: ServerRuntime, logger: Logger
    ) throws -> ServiceServer {
        File.makeFolder(of: path)
        do {
            // An operator who does not hang up holds up the end no longer than that.
            return try ServiceServer(
                [.init(.unix(path: path))], services: [DHCPService(runtime.control)], grace: .seconds(1), logger: logger
            )
        } catch let error as HypervisorError {
            guard let code = error.code else { throw Failure(.unavailable, "control: \(error)") }
            throw Failure(Failure(SystemError(call: "bind", code: code)).exit, "control: \(error)")
        }
    }

    private static func failure(_ error: ServerFailure) -> Failure {
        switch error {
        case .system(let system):
            switch system.code {
            case .addressInUse:
                Failure(.unavailable, "another DHCP server has UDP port 67 already (see 'ss -ulnp')")
            default: Failure(system)
            }
        case .link(let link): Failure(.notPermitted, "\(link)")
        case .metrics(let address, let system): Failure(system, "metrics: \(address)")
        case .store(let store): Failure(store.isDamage ? .noInput : .cannotCreate, "leases: \(store.reason)")
        }
    }
}

/// Reads the configuration anew on SIGHUP.
private struct Reloading: Service {
    let runtime: ServerRuntime
    let file: String
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                do throws(Failure) {
                    runtime.reload(try DHCPConfigurationFile(path: file).load())
                } catch {
                    logger.error("the configuration stays as it is: \(error.message)")
                }
            }
        }
    }
}
