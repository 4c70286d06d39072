import DHCP
import DHCPServer
import ServiceAPI
import SwiftProtobuf

extension Apus_Dhcp_V1_Lease {
    init(_ lease: ShownLease) {
        self.init()
        address = "\(lease.address)"
        state =
            switch lease.state {
            case .offered: .offered
            case .bound: .bound
            case .declined: .declined
            case .expired: .expired
            case .released: .released
            }
        client = "\(lease.client)"
        hardware = lease.hardwareAddress.map { "\($0)" } ?? ""
        hostName = lease.hostName
        if let expiry = lease.expiry { expires = expiry }
        if let contact = lease.lastContact { lastContact = contact }
    }
}

extension Apus_Dhcp_V1_WatchResponse {
    init(_ event: LeaseEvent) {
        self.init()
        switch event {
        case .put(let lease, let state):
            kind =
                switch state {
                // No store ever sees one that was offered.
                case .offered: .unspecified
                case .bound: .bound
                case .declined: .declined
                case .expired: .expired
                case .released: .released
                }
            self.lease = Apus_Dhcp_V1_Lease(lease)
        case .removed(let address):
            kind = .removed
            lease.address = "\(address)"
        case .lost: kind = .lost
        }
    }
}

extension Apus_Dhcp_V1_StatsResponse {
    init(_ statistics: ServerStatistics) {
        self.init()
        func counts(_ counts: [Tally.Key: UInt64]) -> [Apus_Dhcp_V1_Count] {
            counts.sorted {
                ("\($0.key.message)", "\($0.key.outcome)") < ("\($1.key.message)", "\($1.key.outcome)")
            }
            .map { key, count in
                .with {
                    $0.message = "\(key.message)"
                    $0.outcome = "\(key.outcome)"
                    $0.count = count
                }
            }
        }
        func names(_ counts: [StaticName: UInt64]) -> [String: UInt64] {
            [String: UInt64](counts.map { ("\($0.key)", $0.value) }, uniquingKeysWith: &+)
        }
        let tally = statistics.tally
        leases = UInt64(statistics.leases)
        answered = counts(tally.answered)
        dropped = counts(tally.dropped)
        refused = names(tally.refused)
        ended = names(tally.ended)
        commits = tally.commits
        changes = tally.changes
        commitMicroseconds = tally.commitTime / 1000
        longestCommitMicroseconds = tally.longestCommit / 1000
        failedCommits = tally.failedCommits
        unsent = tally.unsent
        lost = UInt64(clamping: statistics.lost)
        pools = statistics.pools.map { pool in
            .with {
                $0.network = pool.network
                $0.range = pool.range
                $0.size = UInt64(clamping: pool.size)
                $0.free = UInt64(clamping: pool.free)
                $0.quarantined = UInt64(clamping: pool.quarantined)
            }
        }
    }
}
