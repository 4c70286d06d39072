import ArgumentParser
import DHCPServer
import Settings

/// Says what is wrong with a configuration.
struct DHCPCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a configuration.",
        discussion: """
            All mistakes are shown at once, each with its place. The exit code is 65 if there are any; warnings alone leave it at 0.

            EXAMPLES:
              apus dhcp check dhcp.yaml
              apus dhcp check --json dhcp.yaml | jq '.[].message'
            """)

    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(help: "Print the mistakes as a JSON array.")
    var json = false

    func run() throws {
        guard json else {
            let configuration = try DHCPConfigurationFile(path: file).load()
            print("\(file): valid (\(configuration.summary))")
            return
        }
        let (_, diagnostics) = ServerConfiguration.load(file: file)
        if let failure = ConfigurationFile.unreadable(diagnostics) { throw failure }
        print(diagnostics.json.text())
        if diagnostics.haveErrors {
            throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(file)")
        }
    }
}
