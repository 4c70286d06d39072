import ArgumentParser
import Lab

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

    @Option(help: "Leases to hold for the figure of memory, of servers that take them at 2,000 a second; 0 skips it.")
    var leases = 100_000

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
                        rows.append(
                            ["\(round)", "v\(version)", load, name] + result
                                + ["\(sync)", Contender(name: name, version: version).durability])
                        print(rows[rows.count - 1].joined(separator: "\t"))
                    }
                }
            }
        }
        print(
            "\n| round | version | load | server | exchanges/s | drops % | CPU us each | RSS MiB | sync of 4 KiB, ms"
                + " | durable before the ACK |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for row in rows { print("| " + row.joined(separator: " | ") + " |") }
        print(
            "\nCPU is user and system time of the server for each exchange at that rate; \(seconds) s a probe, pool \(pool)"
                + " (dhcpd: 16384). The sync's time is the median of an append and fdatasync just before."
        )
        if leases > 0 { try await printMemory(rows) }
    }

    /// What so many leases take in memory, of the servers that can be filled in a reasonable time.
    private func printMemory(_ rows: [[String]]) async throws {
        print("\n| version | server | leases | RSS MiB |\n| --- | --- | --- | --- |")
        var seen: Set<String> = []
        for row in rows where seen.insert(row[1] + row[3]).inserted {
            let best = rows.filter { $0[1] == row[1] && $0[3] == row[3] }.compactMap { Int($0[4]) }.max() ?? 0
            guard best >= 2000, let version = Int(row[1].dropFirst()), leases <= pool else {
                print("| \(row[1]) | \(row[3]) | - | - |")
                continue
            }
            let contender = Contender(name: row[3], version: version)
            let limit = contender.name == "dhcpd" ? min(pool, 131_072) : pool
            let site = try await Site(contender, apus: apus, pool: limit)
            let rate = min(best * 3 / 4, 8000)
            let done = try await site.generate(
                rate: rate, seconds: leases / rate + 1, ["--count", "\(leases)"]
            ).done
            print("| \(row[1]) | \(row[3]) | \(done) | \(Memory(ofTree: site.server.identifier).resident >> 20) |")
            await site.stop()
        }
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
