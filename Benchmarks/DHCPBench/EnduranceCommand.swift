import ArgumentParser
import Lab

/// What a hundred thousand leases take, how soon a restart answers, and what a full pool costs.
struct Endurance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endurance", abstract: "Measure memory, restarts and full pools.")

    @Option(help: "The binary that is measured.")
    var apus = ".build/release/apus"

    @Option(help: "Which servers, with commas between them.")
    var servers = "apus,kea"

    @Option(help: "Which versions of the protocol: 4, 6.")
    var versions = "4,6"

    @Option(help: "Leases to fill up to.")
    var leases = 100_000

    @Option(help: "New leases in each second while filling up.")
    var rate = 5000

    @Option(help: "Addresses in the pool.")
    var pool = 262_144

    @Option(
        help:
            "The rate with a pool that is nearly empty, and then nearly full; each client gives its address back. 0 skips it."
    )
    var mixed = 4000

    func run() async throws {
        for version in versions.split(separator: ",").compactMap({ Int($0) }) {
            for name in servers.split(separator: ",").map(String.init) {
                try await measure(Contender(name: name, version: version))
            }
        }
    }

    private func measure(_ contender: Contender) async throws {
        let name = "\(contender.name) v\(contender.version)"
        let site = try await Site(contender, apus: apus, pool: pool)
        let empty = Memory(ofTree: site.server.identifier)
        try await mix(site, "\(name), empty")
        let filled = try await fill(site, leases)
        let memory = Memory(ofTree: site.server.identifier)
        print(
            "\(name)\t\(filled) leases\tRSS \(memory.resident >> 10) KiB, anonymous \(memory.anonymous >> 10) KiB;"
                + " empty \(empty.resident >> 10) KiB")
        try await site.restart()
        let output = try await site.generate(rate: 200, seconds: 20, ["--once"])
        print("\(name)\tkilled and started: the first client had its address after \(output.asked) ms")
        if mixed > 0 {
            _ = try await fill(site, pool * 99 / 100 - filled)
            try await mix(site, "\(name), 99 in 100")
        }
        await site.stop()
    }

    private func fill(_ site: Site, _ count: Int) async throws -> Int {
        try await site.generate(rate: rate, seconds: count / rate + 1, ["--count", "\(count)"]).done
    }

    private func mix(_ site: Site, _ title: String) async throws {
        guard mixed > 0 else { return }
        let probe = try await Probe(of: site, "direct", rate: mixed, seconds: 5, options: ["--release"])
        print(
            "\(title)\t\(probe.done) of \(probe.asked) at \(mixed)/s with a RELEASE each,"
                + " \(probe.processorTime.rounded(to: 1)) us each")
    }
}
