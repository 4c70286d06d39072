package import Wire

extension DHCPv4.Server {
    /// A client looks for servers: it is offered an address, and nothing is written (RFC 2131, 4.3.1).
    mutating func discover(
        _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, octets: RawSpan, from arrival: Arrival,
        at now: Instant, isProbed: Bool, into outcome: inout Outcome
    ) throws(Drop) {
        guard !isOverDeclines(query.identity, at: now) else { throw Drop("declined-too-often") }
        let address = try choose(for: query, at: now)
        guard let subnet = subnetState(of: address) else { throw Drop("no-free-address") }
        let content = configuration.networks[subnet.network].subnets[subnet.subnet]
        if !isProbed, query.path == .direct, content.probeTime > 0,
            try wait(
                for: address, query, octets: octets, from: arrival, time: content.probeTime, at: now, into: &outcome)
        {
            return
        }
        if content.allowsRapidCommit, view.has(.rapidCommit) {
            let seconds = leaseSeconds(for: query, view, subnet: content)
            let lease = bind(address, to: query, for: seconds, at: now, into: &outcome)
            if answer(.acknowledge, query, view, address: address, lease: lease, at: now, from: arrival, into: &outcome)
            {
                return
            }
            end(lease, as: .released, at: now, reason: "answer-too-large", into: &outcome)
            throw Drop("answer-too-large")
        }
        hold(address, for: query, at: now)
        // A bound lease is offered with what a new one would have: the client starts over.
        let seconds = leaseSeconds(for: query, view, subnet: content)
        let offered = Lease(
            LeaseAddress(address), client: query.identity, state: .offered,
            expiry: now.advanced(bySeconds: seconds), lastContact: now)
        guard answer(.offer, query, view, address: address, lease: offered, at: now, from: arrival, into: &outcome)
        else { throw Drop("answer-too-large") }
    }

    /// Asks the link whether somebody has the address; false if nobody has to be asked.
    private mutating func wait(
        for address: IPv4Address, _ query: DHCPv4.Query, octets: RawSpan, from arrival: Arrival, time: Int,
        at now: Instant, into outcome: inout Outcome
    ) throws(Drop) -> Bool {
        if let lease = table[LeaseAddress(address)], lease.client == query.identity, lease.state == .bound {
            return false
        }
        let key = LeaseAddress(address)
        guard !probing.isQuiet(key, at: now) else { return false }
        if probing.isWaiting(query.identity, for: key) { throw Drop("probe-under-way") }
        guard !probing.isFull else { return false }
        hold(address, for: query, at: now)
        let due = now.advanced(byMilliseconds: time)
        probing.add(
            ProbeTable.Pending(
                address: key, message: [UInt8](copying: octets), arrival: arrival, client: query.identity,
                hardwareAddress: query.hardwareAddress, due: due)
        )
        outcome.probes.append(
            Probe(address: LeaseAddress(address), link: arrival.link, source: .any))
        return true
    }

    /// Somebody on a link answers for an address: nobody is offered it for a while.
    ///
    /// An answer of the client itself, which came back and has not forgotten, is none.
    package mutating func probeAnswered(
        _ address: LeaseAddress, by hardwareAddress: MACAddress, at now: Instant, into outcome: inout Outcome
    ) {
        let waiting = probing.take(address)
        guard let first = waiting.first else { return }
        if table[address]?.hardwareAddress == hardwareAddress {
            probing.noteQuiet(address, at: now)
        } else {
            if let lease = table[address], lease.state == .offered { lapse(lease) }
            quarantine(
                address, client: first.client, hardwareAddress: hardwareAddress, at: now, reason: "probe-conflict",
                into: &outcome)
        }
        for entry in waiting { again(entry, at: now, into: &outcome) }
    }

    /// Decides on a message once more that had to wait.
    private mutating func again(
        _ entry: ProbeTable<ClientIdentity>.Pending, at now: Instant, into outcome: inout Outcome
    ) {
        let octets = entry.message.span.octets
        // It could be read when it came.
        guard let view = try? DHCPv4.MessageView(reading: octets) else { return }
        let isProbed = probing.isQuiet(entry.address, at: now)
        receive(view, octets: octets, from: entry.arrival, at: now, isProbed: isProbed, into: &outcome)
    }

    /// Answers those for whose addresses nobody spoke up.
    mutating func finishProbes(at now: Instant, into outcome: inout Outcome) {
        for entry in probing.takeDue(at: now) {
            probing.noteQuiet(entry.address, at: now)
            again(entry, at: now, into: &outcome)
        }
    }
}
