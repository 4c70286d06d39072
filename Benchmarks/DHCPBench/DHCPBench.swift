import ArgumentParser
import Lab

/// Exchanges per second of DHCPv4 servers that drop fewer than one in a hundred, side by side.
///
/// Each server runs in a namespace of its own, the load in another, one veth pair between them. perfdhcp acts as a relay agent;
/// our own generator as direct clients, with frames. A probe begins with an empty store; rates double until drops pass the bar, and then
/// the last interval is halved. Servers take turns.
@main
struct DHCPBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dhcp-bench", abstract: "Measure DHCPv4 servers beside each other.",
        subcommands: [Contest.self, GenerateCommand.self], defaultSubcommand: Contest.self)
}

struct Contest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contest", abstract: "Run the contest, and print a table.")

    @Option(help: "The binary that is measured.")
    var apus = ".build/release/apus"

    @Option(help: "Which servers, with commas between them.")
    var servers = "apus,kea,dnsmasq,dhcpd"

    @Option(help: "Which loads: perfdhcp, direct.")
    var loads = "perfdhcp,direct"

    @Option(help: "Seconds of each probe.")
    var seconds = 5

    @Option(help: "The first rate.")
    var first = 500

    @Option(help: "The rate beyond which is not looked.")
    var most = 32_000

    @Option(help: "How often the last interval is halved.")
    var halvings = 2

    @Option(help: "How many rounds of all servers.")
    var rounds = 1

    @Option(help: "Addresses in the pool.")
    var pool = 262_144

    @Option(help: "Leases to make before, to show what memory they take and how the rate is then; 0 for none.")
    var fill = 0

    func run() async throws {
        var rows: [[String]] = []
        for round in 1...rounds {
            for load in loads.split(separator: ",").map(String.init) {
                for name in servers.split(separator: ",").map(String.init) {
                    let result = try await measure(name, load)
                    rows.append(["\(round)", load, name] + result)
                    print(rows[rows.count - 1].joined(separator: "\t"))
                }
            }
        }
        print("\nround\tload\tserver\texchanges/s\tdrops %\tCPU us each\tRSS MiB\tdurable before ACK")
        for row in rows { print(row.joined(separator: "\t")) }
        print(
            "CPU is user and system time of the server for each exchange at that rate; \(seconds) s a probe, pool \(pool)."
        )
    }

    /// The best rate of a server: rate, drops, processor time, memory, whether an ACK is durable.
    private func measure(_ name: String, _ load: String) async throws -> [String] {
        var best: Probe?
        var (low, high) = (0, first)
        while high <= most {
            let probe = try await probe(name, load, rate: high)
            guard probe.isGood else { break }
            (best, low) = (probe, high)
            high *= 2
        }
        for _ in 0..<halvings where high <= most || best == nil {
            let middle = (low + high) / 2
            let probe = try await probe(name, load, rate: middle)
            if probe.isGood { (best, low) = (probe, middle) } else { high = middle }
        }
        guard let best else { return ["under \(first)", "-", "-", "-", Server.durability(name)] }
        return [
            "\(Int(best.rate))", "\(best.dropsInHundredths.rounded(to: 2))", "\(best.processorTime.rounded(to: 1))",
            "\(best.memory >> 20)", Server.durability(name),
        ]
    }

    private func probe(_ name: String, _ load: String, rate: Int) async throws -> Probe {
        let site = try await Site(name, apus: apus, pool: name == "dhcpd" ? min(pool, 16_384) : pool)
        if fill > 0 { _ = try await site.perfdhcp(rate: 3000, seconds: fill / 3000 + 1, count: fill) }
        let before = ProcessorTime(ofTree: site.server.identifier)
        let outcome =
            load == "perfdhcp"
            ? try await site.perfdhcp(rate: rate, seconds: seconds, count: nil)
            : try await site.generate(rate: rate, seconds: seconds)
        let used = ProcessorTime(ofTree: site.server.identifier) - before
        let memory = Memory(ofTree: site.server.identifier).resident
        _ = await site.server.stop()
        return Probe(
            asked: outcome.asked, done: outcome.done, seconds: Double(seconds), nanoseconds: used.user + used.system,
            memory: memory)
    }
}

/// What came of one probe.
struct Probe {
    let asked: Int
    let done: Int
    let seconds: Double
    let nanoseconds: Int
    let memory: Int

    var rate: Double { Double(done) / seconds }
    var dropsInHundredths: Double { asked == 0 ? 100 : Double(asked - done) * 100 / Double(asked) }
    var processorTime: Double { done == 0 ? 0 : Double(nanoseconds) / 1000 / Double(done) }
    var isGood: Bool { asked > 0 && dropsInHundredths < 1 }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> Double {
        let factor = digits == 1 ? 10.0 : 100.0
        return (self * factor).rounded() / factor
    }
}
