import ArgumentParser
import Hypervisor
import Linux
import Logging
import ServiceLifecycle
import Telemetry
import UnixSignals
import Wire

/// Answers the droplets of a hypervisor until it is told to stop.
struct HVAddrDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hvaddrd",
        abstract: "Answer the droplets of a hypervisor (DHCPv4, DHCPv6, neighbor discovery) until SIGTERM or Ctrl-C.",
        discussion: """
            It listens on a port of the bridge, to which flows bring each droplet's questions under a VLAN tag, and serves gRPC (apus.hvaddr.v1.HVAddr) to whoever says what droplets are told: rns, or hvaddrctl. Droplets are kept on the disk, and served at once after a restart, whether or not anybody else is reachable. The flows are programmed by hvflowd.

            It needs CAP_NET_RAW and CAP_NET_ADMIN.

            EXAMPLES:
              apus hvaddrd
              apus hvaddrd --uplink uplink0 --gateway-mac 02:00:5e:00:00:01 --metrics 127.0.0.1:9471
              apus hvaddrd --listen tcp:192.0.2.10:7071 --tls-certificate hv1.pem --tls-key hv1.key --tls-trusted region.pem
              apus hvaddrd --flows none --store ./hvaddrd.sqlite --listen unix:./hvaddrd.sock
            """)

    @Option(help: "The bridge's port that questions come by.")
    var port = "addr0"

    @Option(
        help: ArgumentHelp("The gateway's hardware address, the same on every hypervisor.", valueName: "address"))
    var gatewayMac = "02:00:00:00:00:01"

    @Option(
        help: ArgumentHelp(
            "The bridge's port to the world outside: an interface, or a patch port to the bridge of a bond.",
            valueName: "port"))
    var uplink: String?

    @Option(help: ArgumentHelp("The database that droplets are kept in.", valueName: "file"), completion: .file())
    var store = "/var/lib/apus/hvaddrd.sqlite"

    @Option(
        help: ArgumentHelp(
            "Where gRPC is served: unix:/PATH, or tcp:ADDRESS:PORT with TLS; may be repeated.", valueName: "address"))
    var listen: [String] = [HVAddrOptions.address]

    @Option(help: ArgumentHelp("The mode of the unix socket, in octal.", valueName: "mode"))
    var socketMode = "0600"

    @Option(
        help: ArgumentHelp(
            "Where hvflowd serves: unix:/PATH, or tcp:ADDRESS:PORT with TLS; or 'none'.", valueName: "address"))
    var flows = "unix:/run/apus/hvflowd.sock"

    @Option(help: ArgumentHelp("Serve metrics for Prometheus here: ADDRESS:PORT.", valueName: "address"))
    var metrics: String?

    @Option(help: "How many frames may wait; what comes beyond is lost, and counted.")
    var queue = 8192

    @Option(help: "The form of the program's own log on standard error: text or json.")
    var logFormat = LBRun.LogFormat.text

    @Flag(help: "Log every message.")
    var verbose = false

    @OptionGroup(title: "TLS") var tls: ServiceTLSOptions

    func validate() throws {
        guard UInt32(socketMode, radix: 8).map({ $0 <= 0o777 }) ?? false else {
            throw ValidationError("--socket-mode is 000 to 777, in octal")
        }
        guard (64...1_048_576).contains(queue) else { throw ValidationError("--queue is 64 to 1048576") }
        guard let address = MACAddress(gatewayMac), !address.isMulticast, address != .zero else {
            throw ValidationError("--gateway-mac is the address of one interface, such as 02:00:00:00:00:01")
        }
        for name in [port, uplink].compactMap(\.self) {
            guard (1...15).contains(name.utf8.count),
                name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
            else { throw ValidationError("'\(name)' is no interface's name") }
        }
    }

    func run() async throws {
        let style: ConsoleLogHandler.Style = logFormat == .json ? .json : .automatic
        var logger = Logger(label: "hvaddrd") { ConsoleLogHandler(label: $0, style: style) }
        if verbose { logger.logLevel = .debug }
        let daemon: AddressDaemon
        do {
            daemon = try await AddressDaemon(try settings(), logger: logger)
        } catch let error as HypervisorError {
            throw Failure(error.attempt.hasPrefix("open ") ? .cannotCreate : .unavailable, "\(error)")
        }
        logger.notice("ready")
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await group.run()
        } catch let error as HypervisorError {
            throw Failure(.unavailable, "\(error)")
        }
        logger.notice("stopped")
    }

    private func settings() throws -> AddressDaemon.Settings {
        var settings = AddressDaemon.Settings()
        (settings.port, settings.uplink, settings.store) = (port, uplink, store)
        settings.gateway = MACAddress(gatewayMac) ?? settings.gateway
        settings.queue = queue
        settings.version = Version.line
        settings.flows = flows == "none" ? nil : try Endpoint(flows)
        settings.flowsTLS = tls.files
        settings.listeners = try listen.map {
            ServiceServer.Listener(try Endpoint($0), mode: UInt32(socketMode, radix: 8) ?? 0o600, tls: tls.files)
        }
        if let metrics {
            guard let address = SocketAddress(metrics) else {
                throw Failure(.usage, "--metrics is ADDRESS:PORT, such as 127.0.0.1:9471")
            }
            settings.metrics = address
        }
        return settings
    }
}
