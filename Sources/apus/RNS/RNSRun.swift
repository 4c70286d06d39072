import ArgumentParser
import Hypervisor
import Logging
import ServiceLifecycle
import Settings
import Telemetry
import UnixSignals

/// Keeps a region until it is told to stop.
struct RNSRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Keep a region until SIGTERM or Ctrl-C.",
        discussion: """
            Any number of instances may share one etcd; each tells a share of the hypervisors, and any may die. Without etcd a single instance keeps the region in a file.

            EXAMPLES:
              apus rns run rns.yaml
              apus rns run --log-format json rns.yaml
            """)

    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "The form of the program's own log on standard error: text or json.")
    var logFormat = LBRun.LogFormat.text

    @Flag(help: "Log every change of shards.")
    var verbose = false

    func run() async throws {
        let configuration = try RNSConfigurationFile(path: file).load()
        let style: ConsoleLogHandler.Style = logFormat == .json ? .json : .automatic
        var logger = Logger(label: "rns") { ConsoleLogHandler(label: $0, style: style) }
        if verbose { logger.logLevel = .debug }
        let runtime: RegionRuntime
        do {
            runtime = try await RegionRuntime(configuration, version: Version.line, logger: logger)
        } catch let error as HypervisorError {
            throw Failure(.unavailable, "\(error)")
        }
        logger.notice(
            "ready", metadata: ["instance": "\(runtime.pusher.instance)", "store": "\(runtime.region.store.name)"])
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: runtime.services.map {
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
}

/// A configuration of `rns`, named on the command line.
struct RNSConfigurationFile {
    let path: String

    /// Reads it; shows what is wrong with it on standard error, and throws if that is too much.
    func load() throws(Failure) -> RegionConfiguration {
        let (configuration, diagnostics) = RegionConfiguration.load(file: path)
        if let failure = ConfigurationFile.unreadable(diagnostics) { throw failure }
        let text = diagnostics.text(isColoured: Style(of: .standardError).isColoured)
        if !text.isEmpty { Stream.standardError.write(text + "\n") }
        guard let configuration else {
            throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(path)")
        }
        return configuration
    }
}

/// Says what is wrong with a configuration.
struct RNSCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is wrong with a configuration.",
        discussion: "All mistakes are shown at once, each with its place. The exit code is 65 if there are any.")

    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(help: "Print the mistakes as a JSON array.")
    var json = false

    func run() throws {
        guard json else {
            let configuration = try RNSConfigurationFile(path: file).load()
            print("\(file): valid (\(configuration.summary))")
            return
        }
        let (_, diagnostics) = RegionConfiguration.load(file: file)
        if let failure = ConfigurationFile.unreadable(diagnostics) { throw failure }
        print(diagnostics.json.text())
        if diagnostics.haveErrors {
            throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(file)")
        }
    }
}

/// Prints what a configuration may say.
struct RNSSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print what a configuration may say.",
        discussion: """
            EXAMPLES:
              apus rns schema --json-schema > rns.schema.json    for an editor, which then knows every key
              apus rns schema --markdown                         the reference page, to read
            """)

    @Flag
    var form = LBSchema.Form.markdown

    func run() {
        switch form {
        case .jsonSchema: print(RegionConfiguration.jsonSchema)
        case .markdown: print(RegionConfiguration.referencePage)
        }
    }
}
