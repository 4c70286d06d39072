import DHCP
import Link
import Settings
import Wire

extension ServerLoop {
    /// A lease as people and programs see it; times are seconds of the time of day, null is never.
    func json(_ lease: Lease, event: String? = nil) -> JSON {
        func time(_ instant: Instant) -> JSON {
            instant == .never ? .null : .integer(Int((instant.nanoseconds &- clock.offset) / 1_000_000_000))
        }
        let now = clock.now
        let state = lease.state == .bound && lease.expiry <= now ? Lease.State.expired : lease.state
        var members: [(String, JSON)] = event.map { [("event", .string($0))] } ?? []
        members += [
            ("address", .string("\(lease.address)")), ("state", .string("\(state)")),
            ("client", .string("\(lease.client)")),
            ("hardware", lease.hardwareAddress == .zero ? .null : .string("\(lease.hardwareAddress)")),
            ("host_name", lease.hostName.isEmpty ? .null : .string(lease.hostName)),
            ("expires", time(lease.expiry)), ("last_contact", time(lease.lastContact)),
        ]
        return .object(members)
    }

    /// Some of the leases, and where to go on; nil at the end.
    func page(of family: LeaseAddress.Family, from slot: Int, limit: Int) -> (lines: String, next: Int?) {
        let table = family == .v4 ? conduct.table : conduct6.table
        let (leases, next) = table.page(from: slot, limit: limit)
        let lines = leases.map { json($0).text(isIndented: false) + "\n" }.joined()
        return (lines, next)
    }

    /// The lease of an address, or those of a client that is told by its hardware address or identity.
    func leases(matching text: String) -> [String] {
        if let address = LeaseAddress(text) {
            let lease = conduct.table[address] ?? conduct6.table[address]
            return lease.map { [json($0).text(isIndented: false)] } ?? []
        }
        var found: [String] = []
        let hardware = MACAddress(text)
        // To write each client down takes its time, and is needed only for one that was written down.
        let isClient = ["hw:", "id:", "ia:"].contains { text.hasPrefix($0) }
        guard hardware != nil || isClient else { return [] }
        for table in [conduct.table, conduct6.table] {
            table.forEach { lease in
                guard found.count < 1000, lease.hardwareAddress == hardware || isClient && "\(lease.client)" == text
                else { return }
                found.append(json(lease).text(isIndented: false))
            }
        }
        return found
    }

    /// Ends a lease by hand: why not, or nil.
    func release(_ address: LeaseAddress) -> String? {
        let isDone =
            address.family == .v4
            ? conduct.release(address, at: clock.now, into: &outcome)
            : conduct6.release(address, at: clock.now, into: &outcome)
        guard isDone else { return "nobody has \(address)" }
        settle()
        return unsaved.isEmpty ? nil : "it could not be written"
    }

    /// Tells the client that has an address to renew it: why not, or nil.
    func renew(_ address: LeaseAddress) -> String? {
        let now = clock.now
        let lease = conduct.table[address] ?? conduct6.table[address]
        guard let lease, lease.isBound(at: now) else { return "nobody has \(address)" }
        let isTold: Bool
        if let ipv4 = address.ipv4 {
            let network = conduct.network(of: ipv4)
            isTold = conduct.tellToRenew(ipv4, on: link(of: network), at: now)
        } else if let ipv6 = address.ipv6 {
            let network = conduct6.network(of: ipv6)
            isTold = conduct6.tellToReconfigure(ipv6, to: .renew, on: link(of: network), at: now)
        } else {
            return "a delegated prefix is renewed with its client's address: name that"
        }
        guard isTold else {
            return
                "the client of \(address) has not agreed to be told (see 'forcerenew' and 'reconfigure'), or too many"
                + " others are being told"
        }
        tickNow()
        return nil
    }

    /// The link that a network is on, if it is here.
    private func link(of network: Int?) -> LinkIdentifier? {
        for port in ports.values.sorted(by: { $0.index < $1.index }) {
            for (vlan, served) in port.networks where served == network {
                return LinkIdentifier(interfaceIndex: port.index, vlan: vlan)
            }
        }
        return nil
    }

    /// Tells watchers of what was committed.
    func notify(_ batch: Outcome) {
        guard !watchers.isEmpty, !batch.changes.isEmpty else { return }
        let lines = batch.changes.map { change in
            switch change {
            case .put(let lease): json(lease, event: "\(lease.state)").text(isIndented: false)
            case .remove(let address):
                JSON.object([("event", .string("removed")), ("address", .string("\(address)"))]).text(isIndented: false)
            }
        }
        for watcher in watchers { watcher.post(lines) }
    }

    /// What has been done so far, and how full the pools are.
    var statistics: JSON {
        func counts(_ counts: [Tally.Key: UInt64]) -> JSON {
            .array(
                counts.sorted {
                    ("\($0.key.message)", "\($0.key.outcome)") < ("\($1.key.message)", "\($1.key.outcome)")
                }
                .map { key, count in
                    .object([
                        ("message", .string("\(key.message)")), ("outcome", .string("\(key.outcome)")),
                        ("count", .integer(Int(count))),
                    ])
                })
        }
        func names(_ counts: [StaticName: UInt64]) -> JSON {
            .object(counts.sorted { "\($0.key)" < "\($1.key)" }.map { ("\($0.key)", .integer(Int($0.value))) })
        }
        return .object([
            ("leases", .integer(conduct.table.count + conduct6.table.count)),
            ("answered", counts(tally.answered)), ("dropped", counts(tally.dropped)),
            ("refused", names(tally.refused)), ("ended", names(tally.ended)),
            ("commits", .integer(Int(tally.commits))), ("changes", .integer(Int(tally.changes))),
            ("commit_microseconds", .integer(Int(tally.commitTime / 1000))),
            ("longest_commit_microseconds", .integer(Int(tally.longestCommit / 1000))),
            ("failed_commits", .integer(Int(tally.failedCommits))), ("unsent", .integer(Int(tally.unsent))),
            ("lost", .integer(lostFrames)), ("pools", .array(pools)),
        ])
    }

    private var pools: [JSON] {
        func pool(_ network: String, _ range: String, _ size: UInt128, _ free: UInt128, _ quarantined: Int) -> JSON {
            .object([
                ("network", .string(network)), ("range", .string(range)), ("size", .integer(Int(clamping: size))),
                ("free", .integer(Int(clamping: free))), ("quarantined", .integer(quarantined)),
            ])
        }
        return conduct.poolFill.map {
            pool($0.network, "\($0.first)-\($0.last)", UInt128($0.size), UInt128($0.free), $0.quarantined)
        } + conduct6.poolFill.map { pool($0.network, "\($0.first)-\($0.last)", $0.size, $0.free, $0.quarantined) }
    }

    /// Frames that the kernel had no room for.
    var lostFrames: Int {
        ports.values.reduce(Int(tally.lost)) { $0 + ((try? $1.socket.statistics())?.drops ?? 0) }
    }
}
