import ArgumentParser
import Hypervisor
import Logging
import ServiceLifecycle
import Telemetry
import UnixSignals

/// Keeps the flows of a bridge as its callers want them, until it is told to stop.
struct HVFlowDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hvflowd",
        abstract: "Keep a bridge's flows as their owners want them, until SIGTERM or Ctrl-C.",
        discussion: """
            It speaks OpenFlow 1.4 to the management socket of a bridge of Open vSwitch, and gRPC (apus.hvflow.v1.HVFlow) to its callers. What they want is kept on the disk, and put back whenever the bridge lost it. Flows of others are never touched. When it ends the bridge keeps its flows.

            EXAMPLES:
              apus hvflowd
              apus hvflowd --bridge br0 --store /var/lib/apus/hvflowd --metrics 127.0.0.1:9470
              apus hvflowd --listen unix:/run/apus/hvflowd.sock --listen tcp:192.0.2.1:7070 --tls-certificate server.pem --tls-key server.key --tls-trusted clients.pem
            """)

    @Option(help: "The bridge's name.")
    var bridge = "br0"

    @Option(help: ArgumentHelp("The folder of Open vSwitch's sockets.", valueName: "folder"), completion: .directory)
    var ovsRunDir = "/run/openvswitch"

    @Option(
        help: ArgumentHelp(
            "Where the bridge speaks OpenFlow: unix:/PATH, tcp:ADDRESS:PORT or ssl:ADDRESS:PORT; by default its socket in the folder.",
            valueName: "address"))
    var openflow: String?

    @Option(
        help: ArgumentHelp(
            "Where the database is, or 'none'; by default its socket in the folder.", valueName: "address"))
    var database: String?

    @Option(
        help: ArgumentHelp(
            "Where gRPC is served: unix:/PATH, or tcp:ADDRESS:PORT with TLS; may be repeated.", valueName: "address"))
    var listen: [String] = [HVFlowOptions.address]

    @Option(help: ArgumentHelp("The mode of the unix socket, in octal.", valueName: "mode"))
    var socketMode = "0600"

    @Option(help: ArgumentHelp("The folder in which flows are kept.", valueName: "folder"), completion: .directory)
    var store = "/var/lib/apus/hvflowd"

    @Option(help: ArgumentHelp("Serve metrics for Prometheus here: ADDRESS:PORT.", valueName: "address"))
    var metrics: String?

    @Option(help: "The most flows of an owner.")
    var maxFlows = FlowEngine.Settings().flowLimit

    @Option(help: "The share of an owner's flows, in percent, that a request may remove without force.")
    var removalShare = 50

    @Option(help: "Read the whole switch after so many seconds, whether or not it said something.")
    var readInterval = 60

    @Option(help: "The form of the program's own log on standard error: text or json.")
    var logFormat = LBRun.LogFormat.text

    @Flag(help: "Log every change.")
    var verbose = false

    @OptionGroup(title: "TLS") var tls: ServiceTLSOptions

    func validate() throws {
        guard maxFlows > 0 else { throw ValidationError("--max-flows is 1 at least") }
        guard (0...100).contains(removalShare) else { throw ValidationError("--removal-share is 0 to 100") }
        guard (1...86_400).contains(readInterval) else { throw ValidationError("--read-interval is 1 to 86400") }
        guard UInt32(socketMode, radix: 8).map({ $0 <= 0o777 }) ?? false else {
            throw ValidationError("--socket-mode is 000 to 777, in octal")
        }
    }

    func run() async throws {
        let style: ConsoleLogHandler.Style = logFormat == .json ? .json : .automatic
        var logger = Logger(label: "hvflowd") { ConsoleLogHandler(label: $0, style: style) }
        if verbose { logger.logLevel = .debug }
        let daemon: FlowDaemon
        do {
            let configuration = try configuration()
            daemon = try FlowDaemon(
                configuration, listeners: try listeners(), metrics: metrics, version: Version.line, logger: logger)
        } catch let error as HypervisorError {
            throw Failure(.unavailable, "\(error)")
        }
        logger.notice("ready")
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: daemon.services.map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await group.run()
        } catch let error as HypervisorError {
            throw Failure(.unavailable, "\(error)")
        }
        logger.notice("stopped")
    }

    private func configuration() throws(HypervisorError) -> FlowConfiguration {
        var configuration = try FlowConfiguration(bridge: bridge, runtimeFolder: ovsRunDir, store: store)
        if let openflow { configuration.management = try Peer(openflow) }
        if let database { configuration.database = database == "none" ? nil : try Peer(database) }
        configuration.switchTLS = tls.files
        configuration.engine.flowLimit = maxFlows
        configuration.engine.removalShare = Double(removalShare) / 100
        configuration.engine.readInterval = .seconds(readInterval)
        return configuration
    }

    private func listeners() throws(HypervisorError) -> [ServiceServer.Listener] {
        var listeners: [ServiceServer.Listener] = []
        for text in listen {
            listeners.append(
                ServiceServer.Listener(
                    try Endpoint(text), mode: UInt32(socketMode, radix: 8) ?? 0o600, tls: tls.files))
        }
        return listeners
    }
}
