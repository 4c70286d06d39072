import ArgumentParser
import ServiceAPI
import Settings
import SwiftProtobuf

/// Shows what a running server has done.
struct DHCPStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what a running server has done, and how full its pools are.",
        discussion: """
            EXAMPLES:
              apus dhcp stats
              apus dhcp stats --json | jq '.dropped'
            """)

    @OptionGroup var options: ControlOptions

    func run() async throws {
        let stats = try await options.call { service in
            try await service.stats(Apus_Dhcp_V1_StatsRequest(), options: ControlOptions.call)
        }
        if options.json { return Stream.standardOutput.write(stats.json.text(isIndented: false) + "\n") }
        show(stats)
    }

    private func show(_ stats: Apus_Dhcp_V1_StatsResponse) {
        let style = Style(of: .standardOutput)
        let pools = stats.pools.map { pool in
            [pool.network, pool.range, "\(pool.size)", "\(pool.free)", "\(pool.quarantined)"]
        }
        let tables = [
            Table(["NETWORK", "POOL", "SIZE", "FREE", "RESTING"], numbersFrom: 2).lines(pools, style),
            Table(["MESSAGE", "ANSWER", "COUNT"], numbersFrom: 2)
                .lines(stats.answered.map { [$0.message, $0.outcome, "\($0.count)"] }, style),
            Table(["DROPPED", "REASON", "COUNT"], numbersFrom: 2)
                .lines(stats.dropped.map { [$0.message, $0.outcome, "\($0.count)"] }, style),
            Table(["REFUSED BECAUSE", "COUNT"], numbersFrom: 1)
                .lines(stats.refused.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }, style),
        ]
        for table in tables { print(table.joined(separator: "\n") + "\n") }
        print(
            "leases: \(stats.leases), commits: \(stats.commits) with \(stats.changes) changes, "
                + "frames lost: \(stats.lost), answers unsent: \(stats.unsent)")
    }
}
