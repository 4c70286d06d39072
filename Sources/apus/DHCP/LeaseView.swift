import ServiceAPI
import Settings

extension Apus_Dhcp_V1_Lease {
    /// The lease as an object; times are seconds since 1970, null is never.
    ///
    /// An event's word comes first.
    func json(event: String? = nil) -> JSON {
        var members: [(String, JSON)] = event.map { [("event", .string($0))] } ?? []
        members += [
            ("address", .string(address)), ("state", .string(state.word)), ("client", .string(client)),
            ("hardware", hardware.isEmpty ? .null : .string(hardware)),
            ("host_name", hostName.isEmpty ? .null : .string(hostName)),
            ("expires", hasExpires ? .integer(Int(expires)) : .null),
            ("last_contact", hasLastContact ? .integer(Int(lastContact)) : .null),
        ]
        return .object(members)
    }

    /// The lease as a row of a table; `now` is seconds since 1970.
    func row(at now: Int64) -> [String] {
        [
            address, state.word, left(at: now), hardware.isEmpty ? "-" : hardware, hostName.isEmpty ? "-" : hostName,
            client,
        ]
    }

    /// How long the lease goes on, for people; `now` is seconds since 1970.
    private func left(at now: Int64) -> String {
        guard hasExpires else { return "never" }
        let left = expires - now
        guard left > 0 else { return "over" }
        if left < 120 { return "\(left)s" }
        if left < 7200 { return "\(left / 60)m" }
        return left < 172_800 ? "\(left / 3600)h" : "\(left / 86400)d"
    }
}

extension Apus_Dhcp_V1_Lease.State {
    fileprivate var word: String {
        switch self {
        case .offered: "offered"
        case .bound: "bound"
        case .declined: "declined"
        case .expired: "expired"
        case .released: "released"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }
}

extension Apus_Dhcp_V1_WatchResponse {
    /// The event as an object.
    var json: JSON {
        switch kind {
        case .removed: .object([("event", .string(word)), ("address", .string(lease.address))])
        case .lost: .object([("event", .string(word))])
        default: lease.json(event: word)
        }
    }

    /// The event as a line for people.
    var line: String {
        "\(word) \(lease.address) \(lease.hardware.isEmpty ? lease.client : lease.hardware) \(lease.hostName)"
    }

    private var word: String {
        switch kind {
        case .bound: "bound"
        case .declined: "declined"
        case .expired: "expired"
        case .released: "released"
        case .removed: "removed"
        case .lost: "lost"
        case .unspecified, .UNRECOGNIZED: "?"
        }
    }
}

extension Apus_Dhcp_V1_StatsResponse {
    /// What a server has done, as an object.
    var json: JSON {
        func counts(_ counts: [Apus_Dhcp_V1_Count]) -> JSON {
            .array(
                counts.map {
                    .object([
                        ("message", .string($0.message)), ("outcome", .string($0.outcome)),
                        ("count", .integer(Int(clamping: $0.count))),
                    ])
                })
        }
        func names(_ counts: [String: UInt64]) -> JSON {
            .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int(clamping: $0.value))) })
        }
        func number(_ value: UInt64) -> JSON { .integer(Int(clamping: value)) }
        let pools = pools.map { pool in
            JSON.object([
                ("network", .string(pool.network)), ("range", .string(pool.range)), ("size", number(pool.size)),
                ("free", number(pool.free)), ("quarantined", number(pool.quarantined)),
            ])
        }
        return .object([
            ("leases", number(leases)), ("answered", counts(answered)), ("dropped", counts(dropped)),
            ("refused", names(refused)), ("ended", names(ended)), ("commits", number(commits)),
            ("changes", number(changes)), ("commit_microseconds", number(commitMicroseconds)),
            ("longest_commit_microseconds", number(longestCommitMicroseconds)),
            ("failed_commits", number(failedCommits)), ("unsent", number(unsent)), ("lost", number(lost)),
            ("pools", .array(pools)),
        ])
    }
}
