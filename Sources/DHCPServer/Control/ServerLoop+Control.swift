import DHCP
import Link
import Wire

extension ServerLoop {
    private func shown(_ lease: Lease) -> ShownLease {
        func time(_ instant: Instant) -> Int64? {
            instant == .never ? nil : Int64((instant.nanoseconds &- clock.offset) / 1_000_000_000)
        }
        return ShownLease(
            address: lease.address,
            state: lease.state == .bound && lease.expiry <= clock.now ? .expired : lease.state,
            client: lease.client,
            hardwareAddress: lease.hardwareAddress == .zero ? nil : lease.hardwareAddress,
            hostName: lease.hostName, expiry: time(lease.expiry), lastContact: time(lease.lastContact))
    }

    /// Some of the leases that match, and where to go on; nil at the end.
    ///
    /// Without a match those that were only offered are left out.
    func page(
        of family: LeaseAddress.Family, from slot: Int, limit: Int, matching match: LeaseMatch?
    ) -> (leases: [ShownLease], next: Int?) {
        let table = family == .v4 ? conduct.table : conduct6.table
        let (leases, next) =
            match.map { match in table.page(from: slot, limit: limit, among: 8192) { match.takes($0) } }
            ?? table.page(from: slot, limit: limit)
        return (leases.map(shown), next)
    }

    /// The lease of an address.
    func lease(of address: LeaseAddress) -> ShownLease? {
        (conduct.table[address] ?? conduct6.table[address]).map(shown)
    }

    /// Ends a lease by hand: why not, or nil.
    func release(_ address: LeaseAddress) -> ServerControl.Refusal? {
        let isDone =
            address.family == .v4
            ? conduct.release(address, at: clock.now, into: &outcome)
            : conduct6.release(address, at: clock.now, into: &outcome)
        guard isDone else { return .unknown("nobody has \(address)") }
        settle()
        return unsaved.isEmpty ? nil : .unwritten("it could not be written")
    }

    /// Tells the client that has an address to renew it: why not, or nil.
    func renew(_ address: LeaseAddress) -> ServerControl.Refusal? {
        let now = clock.now
        let lease = conduct.table[address] ?? conduct6.table[address]
        guard let lease, lease.isBound(at: now) else { return .unknown("nobody has \(address)") }
        let isTold: Bool
        if let ipv4 = address.ipv4 {
            let network = conduct.network(of: ipv4)
            isTold = conduct.tellToRenew(ipv4, on: link(of: network), at: now)
        } else if let ipv6 = address.ipv6 {
            let network = conduct6.network(of: ipv6)
            isTold = conduct6.tellToReconfigure(ipv6, to: .renew, on: link(of: network), at: now)
        } else {
            return .invalid(
                field: "address", reason: "a delegated prefix is renewed with its client's address: name that")
        }
        guard isTold else {
            return .impossible(
                "the client of \(address) has not agreed to be told (see 'forcerenew' and 'reconfigure'), or too many"
                    + " others are being told")
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
        let events: [LeaseEvent] = batch.changes.map { change in
            switch change {
            case .put(let lease): .put(shown(lease), as: lease.state)
            case .remove(let address): .removed(address)
            }
        }
        for watcher in watchers { watcher.post(events) }
    }

    /// What has been done so far, and how full the pools are.
    var statistics: ServerStatistics {
        ServerStatistics(
            leases: conduct.table.count + conduct6.table.count, tally: tally, lost: lostFrames, pools: pools)
    }

    private var pools: [ServerStatistics.Pool] {
        conduct.poolFill.map {
            ServerStatistics.Pool(
                network: $0.network, range: "\($0.first)-\($0.last)", size: $0.size, free: $0.free,
                quarantined: $0.quarantined)
        }
            + conduct6.poolFill.map {
                ServerStatistics.Pool(
                    network: $0.network, range: "\($0.first)-\($0.last)", size: Int(clamping: $0.size),
                    free: Int(clamping: $0.free), quarantined: $0.quarantined)
            }
    }

    /// Frames that the kernel had no room for.
    var lostFrames: Int {
        ports.values.reduce(Int(tally.lost)) { $0 + ((try? $1.socket.statistics())?.drops ?? 0) }
    }
}
