import ArgumentParser
import LoadBalancer
import Settings

/// Says what is wrong with a configuration.
struct LBCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a configuration.",
        discussion: """
            All mistakes are shown at once, each with its place. The exit code is 65 if there are any; warnings alone leave it at 0.

            EXAMPLES:
              apus lb check lb.yaml
              apus lb check --json lb.yaml | jq '.[].message'
            """)

    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(help: "Print the mistakes as a JSON array.")
    var json = false

    func run() throws {
        guard json else {
            let configuration = try ConfigurationFile(path: file).load()
            let servers = configuration.pools.reduce(0) { $0 + $1.servers.count }
            print(
                "\(file): valid (listeners: \(configuration.listeners.count), routes: \(configuration.routes.count), "
                    + "pools: \(configuration.pools.count), servers: \(servers))")
            return
        }
        let (_, diagnostics) = Configuration.load(file: file)
        if let failure = ConfigurationFile.unreadable(diagnostics) { throw failure }
        print(diagnostics.json.text())
        if diagnostics.haveErrors {
            throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(file)")
        }
    }
}
