import Wire

extension DHCPv4.Server {
    /// A client takes an offer, or confirms or extends what it has (RFC 2131, 4.3.2, table 4).
    mutating func request(
        _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival, at now: Instant,
        into outcome: inout Outcome
    ) throws(Drop) {
        let clientAddress = view.header.clientAddress
        let state: RequestState
        let address: IPv4Address
        if let server = query.addressedServer {
            guard isOurs(server, query, arrival) else {
                // The client took another server's offer: ours is free at once.
                if let lease = currentLease(of: query), lease.state == .offered { lapse(lease) }
                throw Drop("other-server")
            }
            state = .selecting
            // Some clients put the address where it belongs in RENEWING only.
            guard let asked = query.requestedAddress ?? (clientAddress.isUnspecified ? nil : clientAddress) else {
                throw Drop("no-address")
            }
            address = asked
        } else if clientAddress.isUnspecified {
            guard let asked = query.requestedAddress else { throw Drop("no-address") }
            (state, address) = (.initReboot, asked)
        } else {
            (state, address) = (.renewing, clientAddress)
        }
        if state == .renewing { renewing.answered(by: LeaseAddress(address)) }
        let problem = refusal(of: address, state, query, at: now)
        switch problem {
        case nil: acknowledge(address, query, view, from: arrival, at: now, into: &outcome)
        case .silence(let reason)?: throw Drop(reason)
        case .refuse(let reason)?: refuse(reason, query, view, from: arrival, at: now, into: &outcome)
        }
    }

    /// The states that a client may be in (RFC 2131, 4.4); RENEWING and REBINDING ask for the same.
    enum RequestState { case selecting, initReboot, renewing }

    private enum Problem {
        case silence(StaticName)
        case refuse(StaticName)
    }

    /// Why the client cannot have the address; nil if it can.
    private func refusal(
        of address: IPv4Address, _ state: RequestState, _ query: DHCPv4.Query, at now: Instant
    ) -> Problem? {
        guard let subnet = subnetState(of: address), subnet.network == query.network else {
            // The client has moved (RFC 2131, 4.3.2): to say so is the purpose of INIT-REBOOT.
            return configuration.isAuthoritative || state == .selecting
                ? .refuse("wrong-network") : .silence("wrong-network")
        }
        let lease = table[LeaseAddress(address)]
        let isHis = lease?.client == query.identity && lease?.state != .declined
        guard isPermitted(address, to: query) else {
            if isHis || configuration.isAuthoritative || state == .selecting {
                return .refuse(reservations.owner(of: address) == nil ? "not-permitted" : "reserved-for-another")
            }
            return .silence("not-permitted")
        }
        guard isFree(address, for: query.identity, at: now) else { return .refuse("in-use") }
        // A reservation that was made meanwhile wins, as soon as its address is free.
        if let reserved = reservedAddress(for: query, at: now), reserved != address {
            return .refuse("reserved-another")
        }
        if isHis || reservations.owner(of: address) != nil { return nil }
        switch state {
        case .selecting:
            // The offer may be from before a restart; what is free can be given.
            return nil
        case .initReboot, .renewing:
            // Of a client that it knows nothing of, a server says nothing, unless the link is its own (RFC 2131, 4.3.2).
            return configuration.isAuthoritative ? .refuse("unknown-lease") : .silence("unknown-lease")
        }
    }

    /// Whether a server's identifier means this one.
    func isOurs(_ server: IPv4Address, _ query: DHCPv4.Query, _ arrival: Arrival) -> Bool {
        server == query.serverIdentifier || server == arrival.localAddress
            || server == configuration.networks[query.network].serverIdentifier
    }

    private mutating func acknowledge(
        _ address: IPv4Address, _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival,
        at now: Instant, into outcome: inout Outcome
    ) {
        guard let subnet = subnetState(of: address) else {
            return refuse("unknown-subnet", query, view, from: arrival, at: now, into: &outcome)
        }
        let content = configuration.networks[subnet.network].subnets[subnet.subnet]
        let seconds = leaseSeconds(for: query, view, subnet: content)
        let lease: Lease
        if let old = table[LeaseAddress(address)], isCalm(old, query, seconds: seconds, subnet: content, at: now) {
            lease = old
        } else {
            lease = bind(address, to: query, for: seconds, at: now, into: &outcome)
        }
        guard
            !answer(.acknowledge, query, view, address: address, lease: lease, at: now, from: arrival, into: &outcome)
        else { return }
        // It would wait in vain, and have what it does not know of.
        end(lease, as: .released, at: now, reason: "answer-too-large", into: &outcome)
        answerRefusal("answer-too-large", query, view, from: arrival, into: &outcome)
    }

    /// Whether the lease is so young that a renewal need not change it.
    private func isCalm(
        _ lease: Lease, _ query: DHCPv4.Query, seconds: UInt32, subnet: DHCPv4.Subnet, at now: Instant
    ) -> Bool {
        guard subnet.times.calm > 0, lease.isBound(at: now), lease.client == query.identity,
            lease.hardwareAddress == query.hardwareAddress, lease.hostName == hostName(for: query),
            attachment(of: query, before: lease).octets == lease.attachment,
            seconds != .max, lease.expiry != .never
        else { return false }
        let left = lease.expiry.seconds(since: now)
        return left <= seconds && UInt64(seconds - left) * 100 <= UInt64(seconds) * UInt64(subnet.times.calm)
    }

    /// Tells the client that it cannot have what it asks for, so that it starts over; what it had ends.
    private mutating func refuse(
        _ reason: StaticName, _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival,
        at now: Instant, into outcome: inout Outcome
    ) {
        // Having been refused, it gives up what it has (RFC 2131, 4.4.1): another may get it, such as one with a reservation.
        let bound = table.all(of: query.identity, where: { $0.state == .bound })
        for lease in bound {
            guard let address = lease.address.ipv4, subnetState(of: address)?.network == query.network,
                address == query.requestedAddress || address == view.header.clientAddress
            else { continue }
            end(lease, as: .released, at: now, reason: reason, into: &outcome)
        }
        answerRefusal(reason, query, view, from: arrival, into: &outcome)
    }
}
