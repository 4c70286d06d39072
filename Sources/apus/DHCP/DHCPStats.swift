import ArgumentParser
import FoundationEssentials

/// Shows what a running server has done.
struct DHCPStats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what a running server has done, and how full its pools are.",
        discussion: """
            EXAMPLES:
              apus dhcp stats
              apus dhcp stats --json | jq '.dropped'
            """)

    @OptionGroup var options: ControlOptions

    struct Document: Decodable {
        struct Count: Decodable {
            let message, outcome: String
            let count: Int
        }

        struct Pool: Decodable {
            let network, range: String
            let size, free, quarantined: Int
        }

        let leases: Int
        let answered, dropped: [Count]
        let refused: [String: Int]
        let commits, changes: Int
        let lost, unsent: Int
        let pools: [Pool]

        enum CodingKeys: String, CodingKey {
            case leases, answered, dropped, refused, commits, changes, lost, unsent, pools
        }
    }

    func run() throws {
        try ControlConnection(path: options.control).ask("stats") { line in
            if options.json { return Stream.standardOutput.write(line + "\n") }
            let document = try JSONDecoder().decode(Document.self, from: Data(line.utf8))
            show(document)
        }
    }

    private func show(_ document: Document) {
        let style = Style(of: .standardOutput)
        let pools = document.pools.map { pool in
            [pool.network, pool.range, "\(pool.size)", "\(pool.free)", "\(pool.quarantined)"]
        }
        let tables = [
            Table(["NETWORK", "POOL", "SIZE", "FREE", "RESTING"], numbersFrom: 2).lines(pools, style),
            Table(["MESSAGE", "ANSWER", "COUNT"], numbersFrom: 2)
                .lines(document.answered.map { [$0.message, $0.outcome, "\($0.count)"] }, style),
            Table(["DROPPED", "REASON", "COUNT"], numbersFrom: 2)
                .lines(document.dropped.map { [$0.message, $0.outcome, "\($0.count)"] }, style),
            Table(["REFUSED BECAUSE", "COUNT"], numbersFrom: 1)
                .lines(document.refused.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }, style),
        ]
        for table in tables { print(table.joined(separator: "\n") + "\n") }
        print(
            "leases: \(document.leases), commits: \(document.commits) with \(document.changes) changes, "
                + "frames lost: \(document.lost), answers unsent: \(document.unsent)")
    }
}
