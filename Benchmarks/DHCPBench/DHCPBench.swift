import ArgumentParser

/// Exchanges per second of DHCP servers that drop fewer than one in a hundred, side by side.
///
/// Each server runs in a namespace of its own, the load in another, one veth pair between them. perfdhcp acts as a relay agent;
/// our own generator as direct clients, with frames. A probe begins with an empty store; rates double until drops pass the bar, and then
/// the last interval is halved. Servers take turns.
@main
struct DHCPBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dhcp-bench", abstract: "Measure DHCP servers beside each other.",
        subcommands: [Contest.self, Endurance.self, GenerateCommand.self], defaultSubcommand: Contest.self)
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

    @Option(help: "Which versions of the protocol: 4, 6.")
    var versions = "4,6"

    @Option(help: "Seconds of each probe.")
    var seconds = 4

    @Option(help: "The rate beyond which is not looked.")
    var most = 32_000

    @Option(help: "How often the last interval is halved.")
    var halvings = 2

    @Option(help: "How many rounds of all servers.")
    var rounds = 1

    @Option(help: "Addresses in the pool.")
    var pool = 262_144

    @Flag(help: "Print each probe.")
    var verbose = false

    func run() async throws {
        var rows: [[String]] = []
        for round in 1...rounds {
            for version in versions.split(separator: ",").compactMap({ Int($0) }) {
                for load in loads.split(separator: ",").map(String.init) {
                    let sync = try SyncTime.measured()
                    for name in servers.split(separator: ",").map(String.init) {
                        let result = try await measure(Contender(name: name, version: version), load)
                        rows.append(["\(round)", "v\(version)", load, name] + result + ["\(sync)"])
                        print(rows[rows.count - 1].joined(separator: "\t"))
                    }
                }
            }
        }
        print(
            "\n| round | version | load | server | exchanges/s | drops % | CPU us each | RSS MiB | sync of 4 KiB, ms |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for row in rows { print("| " + row.joined(separator: " | ") + " |") }
        print(
            "\nCPU is user and system time of the server for each exchange at that rate; \(seconds) s a probe, pool \(pool)"
                + " (dhcpd: 16384). The last column is the median of an append and fdatasync just before."
        )
    }

    /// The best rate of a server: rate, drops, processor time, memory.
    private func measure(_ contender: Contender, _ load: String) async throws -> [String] {
        var best: Probe?
        var (low, high) = (0, contender.firstRate)
        while high <= most {
            let probe = try await probe(contender, load, rate: high)
            guard probe.isGood else { break }
            (best, low) = (probe, high)
            high *= 2
        }
        // A first rate that was too much: down, until one is not.
        while best == nil, high > 20 {
            let probe = try await probe(contender, load, rate: high / 2)
            if probe.isGood { (best, low) = (probe, high / 2) } else { high /= 2 }
        }
        high = min(high, most)
        for _ in 0..<halvings where high - low > high / 20 {
            let middle = (low + high) / 2
            let probe = try await probe(contender, load, rate: middle)
            if probe.isGood { (best, low) = (probe, middle) } else { high = middle }
        }
        guard let best else { return ["under 20", "-", "-", "-"] }
        return [
            "\(Int(best.rate))", "\(best.dropsInHundredths.rounded(to: 2))", "\(best.processorTime.rounded(to: 1))",
            "\(best.memory >> 20)",
        ]
    }

    private func probe(_ contender: Contender, _ load: String, rate: Int) async throws -> Probe {
        let site = try await Site(contender, apus: apus, pool: contender.name == "dhcpd" ? min(pool, 16_384) : pool)
        let probe = try await Probe(of: site, load, rate: rate, seconds: seconds)
        if verbose {
            print(
                "\t\(contender.name) v\(contender.version) \(load) at \(rate): \(probe.done) of \(probe.asked),"
                    + " \(probe.processorTime.rounded(to: 1)) us \(await site.remarks())")
        }
        await site.stop()
        return probe
    }
}
