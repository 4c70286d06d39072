import ArgumentParser
import FoundationEssentials
import Glibc
import Lab
import Linux

@main struct ApusBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus-bench",
        abstract: "Measures Apus beside HAProxy, nginx, Envoy, Caddy and Traefik.",
        subcommands: [Run.self, Report.self, CrowdCommand.self, Respond.self, Ask.self],
        defaultSubcommand: Run.self)
}

/// Makes the report of earlier runs again.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the report of kept results again, of several runs' as one.")

    @Argument(help: "The results without their ending, such as Benchmarks/Results/latest; several become one.")
    var results: [String]

    @Option(help: "Where the report goes, without an ending; the first of the results unless said.")
    var output: String?

    func run() async throws {
        var parts = try results.map { name in
            guard let text = Files.text(name + ".json") else { throw LabError.unreadable(name + ".json") }
            return try JSONDecoder().decode(Results.self, from: Data(text.utf8))
        }
        guard !parts.isEmpty else { throw ValidationError("there is nothing to report") }
        var whole = parts.removeFirst()
        for part in parts {
            guard whole.add(part) else {
                throw ValidationError("runs that differ in machine, threads or seconds are no one run")
            }
        }
        try Publication(results: whole).write(to: output ?? results[0])
    }
}

/// The client of the jobs with a constant rate.
struct Ask: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Ask at a constant rate.", shouldDisplay: false)

    @Option var to: String
    @Option var path: String
    @Option var connections: Int
    @Option var rate: Int
    @Option var seconds: Int

    @Flag(help: "Keep the connections afterwards, until killed.")
    var hold = false

    func run() throws {
        guard let address = SocketAddress(to) else { throw ValidationError("'\(to)' is no address") }
        // Else the kernel may let us sleep for 50 µs too long (proc(5)).
        try? Files.write("1", to: "/proc/self/timerslack_ns")
        _ = DescriptorLimit.raise()
        var client = try ConstantRate(to: address, path: path, connections: connections, rate: rate)
        let line = Array((client.run(seconds: seconds, warmUp: 0).line + "\n").utf8)
        // Not `print`, whose text would stay in its buffer while the connections are held.
        _ = unsafe write(STDOUT_FILENO, line, line.count)
        while hold { sleep(1) }
        withExtendedLifetime(client) {}
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
