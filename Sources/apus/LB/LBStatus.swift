import ArgumentParser

/// Shows what a running load balancer does.
struct LBStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what a running load balancer does, once.",
        discussion: """
            The load balancer needs an admin endpoint: `admin: \(AdminEndpoint.usual)` in its configuration.

            EXAMPLES:
              apus lb status
              apus lb status --admin 127.0.0.1:9901 --json | jq .pools
            """)

    @Option(help: "The admin endpoint's address or URL.")
    var admin = AdminEndpoint.usual

    @Flag(help: "Print the JSON that the endpoint serves.")
    var json = false

    func run() throws {
        let endpoint = try AdminEndpoint(admin)
        if json {
            Stream.standardOutput.write(String(decoding: try endpoint.get("/status"), as: UTF8.self))
        } else {
            let lines = try StatusDocument(from: endpoint).lines(Style(of: .standardOutput))
            print(lines.joined(separator: "\n"))
        }
    }
}
