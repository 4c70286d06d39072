import ArgumentParser
import FoundationEssentials
import Lab
import Linux

@main struct ApusBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus-bench",
        abstract: "Measures Apus beside HAProxy, nginx, Envoy, Caddy and Traefik.",
        subcommands: [Run.self, Report.self, CrowdCommand.self, Respond.self],
        defaultSubcommand: Run.self)
}

/// Makes the report of an earlier run again.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make the report of kept results again.")

    @Argument(help: "The results without their ending, such as Benchmarks/Results/latest.")
    var results: String

    func run() async throws {
        guard let text = Files.text(results + ".json") else { throw LabError.unreadable(results + ".json") }
        let kept = try JSONDecoder().decode(Results.self, from: Data(text.utf8))
        try Publication(results: kept).write(to: results)
    }
}

/// The backend of the benchmark.
struct Respond: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Answer requests cheaply.", shouldDisplay: false)

    @Option(help: "An address; may be repeated.")
    var listen: [String]

    func run() throws {
        let addresses = try listen.map { text in
            guard let address = SocketAddress(text) else { throw ValidationError("'\(text)' is no address") }
            return address
        }
        var responder = try Responder(on: addresses)
        responder.run()
    }
}
