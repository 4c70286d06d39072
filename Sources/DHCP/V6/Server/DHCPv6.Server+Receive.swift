import Wire

extension DHCPv6.Server {
    /// Takes a message that a client sent, or a relay agent passed on.
    package mutating func receive(
        _ octets: RawSpan, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) {
        receive(octets, from: arrival, at: now, isAgain: false, into: &outcome)
    }

    /// `isAgain` says that the message waited for a probe, and was counted before.
    mutating func receive(
        _ octets: RawSpan, from arrival: Arrival, at now: Instant, isAgain: Bool, into outcome: inout Outcome
    ) {
        var (type, client): (DHCPv6.MessageType?, DUID?) = (nil, nil)
        do throws(Drop) {
            let query = try query(octets, from: arrival, at: now, isAgain: isAgain, &type, &client)
            try receive(query, octets: octets, from: arrival, at: now, into: &outcome)
        } catch {
            outcome.events.append(
                ConductEvent(
                    .dropped(message: Self.name(type), reason: error.reason),
                    client: client.map { ClientIdentity(identityAssociation: 0, duid: $0) },
                    hardwareAddress: arrival.hardwareSource, link: arrival.link))
        }
    }

    private mutating func receive(
        _ query: DHCPv6.Query, octets: RawSpan, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) throws(Drop) {
        // A client that speaks to our address alone, which we never told it to (RFC 8415, 18.4).
        if query.relays.isEmpty, !arrival.target.isMulticast {
            switch query.type {
            case .request, .renew, .release, .decline:
                return answer(query, status: .useMulticast, from: arrival, into: &outcome)
            default: throw Drop("unicast")
            }
        }
        switch query.type {
        case .solicit: try solicit(query, octets: octets, from: arrival, at: now, into: &outcome)
        case .request: try request(query, octets: octets, from: arrival, at: now, into: &outcome)
        case .confirm: try confirm(query, from: arrival, into: &outcome)
        case .renew: try renew(query, from: arrival, at: now, into: &outcome)
        case .rebind: try renew(query, from: arrival, at: now, into: &outcome)
        case .release: try release(query, from: arrival, at: now, into: &outcome)
        case .decline: try decline(query, from: arrival, at: now, into: &outcome)
        case .informationRequest: inform(query, from: arrival, at: now, into: &outcome)
        default: throw Drop("not-for-servers")
        }
    }

    /// What can be said of a message before it is decided on; throws for one that nobody is to answer.
    ///
    /// `type` and `client` are set as soon as they are known, for whoever counts it.
    private mutating func query(
        _ octets: RawSpan, from arrival: Arrival, at now: Instant, isAgain: Bool, _ type: inout DHCPv6.MessageType?,
        _ client: inout DUID?
    ) throws(Drop) -> DHCPv6.Query {
        var rest = octets
        let relays = try Self.relays(&rest)
        guard let view = try? DHCPv6.MessageView(reading: rest) else { throw Drop("malformed") }
        type = view.type
        let (duid, server) = try identifiers(view)
        client = duid
        guard !relays.isEmpty || arrival.source.isLinkLocal || !arrival.target.isMulticast else {
            throw Drop("source-not-link-local")
        }
        let (network, hint) = try place(of: relays, arrival)
        let knowledge = relays.last.map { DHCPv6.RelayKnowledge($0) } ?? DHCPv6.RelayKnowledge()
        let hardware = Self.hardwareAddress(knowledge, relays, arrival, duid)
        if !isAgain {
            let station = relays.last.map { $0.peerAddress.hashValue } ?? arrival.hardwareSource.hashValue
            guard stationLimiter?.allow(hash: station, at: now) != false else { throw Drop("station-rate-limit") }
            guard limiter.allow(hash: duid?.hashValue ?? station, at: now) else { throw Drop("rate-limit") }
        }
        var query = DHCPv6.Query(
            type: view.type, transactionID: view.transactionID, client: duid, server: server, network: network,
            subnetHint: hint, relays: relays, hardwareAddress: hardware)
        query.associations = try DHCPv6.Query.associations(view.options)
        if view.type == .informationRequest, !query.associations.isEmpty { throw Drop("association-in-information") }
        // Options that no lease depends on are overlooked if they are malformed.
        query.requested = Array(((try? view.options.read(DHCPv6.OptionRequest.self))?.codes ?? []).prefix(128))
        query.isRapid = view.options.has(.rapidCommit)
        query.acceptsReconfigure = view.options.has(.reconfigureAccept)
        query.nameOption = try? view.options.read(DHCPv6.ClientFQDN.self)
        if let name = query.nameOption?.name {
            query.hostName = DHCPv4.hostName(Array(name.domain.description.utf8).span.octets)
        }
        for (index, kind) in configuration.classes.enumerated()
        where kind.matches(view.options, hardwareAddress: hardware) {
            query.classes |= 1 << UInt64(index)
        }
        if let duid {
            query.reservation = reservations.find(
                duid: duid, hardwareAddress: hardware, relay: knowledge, network: network)
        }
        return query
    }

    /// Takes the relay agents' messages off, the one nearest to the server first.
    private static func relays(_ rest: inout RawSpan) throws(Drop) -> [DHCPv6.RelayMessage] {
        var relays: [DHCPv6.RelayMessage] = []
        while DHCPv6.isRelayed(rest) {
            guard relays.count < DHCPv6.RelayView.nestingLimit else { throw Drop("relay-nesting") }
            guard let view = try? DHCPv6.RelayView(reading: rest) else { throw Drop("malformed-relay") }
            guard view.type == .relayForward else { throw Drop("not-for-servers") }
            guard view.options.count(of: .relayMessage) == 1, let inner = view.relayedMessage else {
                throw Drop("relay-without-message")
            }
            rest = inner
            var relay = DHCPv6.RelayMessage(view)
            relay.options.remove(.relayMessage)
            relays.append(relay)
        }
        return relays
    }

    /// The identifiers of a message, as its type asks for them (RFC 8415, 16).
    private func identifiers(_ view: borrowing DHCPv6.MessageView) throws(Drop) -> (DUID?, DUID?) {
        let client: DUID?
        do throws(WireError) {
            client = try view.options.read(DHCPv6.ClientIdentifier.self)?.duid
        } catch {
            throw Drop("bad-client-identifier")
        }
        let server: DUID?
        do throws(WireError) {
            server = try view.options.read(DHCPv6.ServerIdentifier.self)?.duid
        } catch {
            throw Drop("bad-server-identifier")
        }
        switch view.type {
        case .solicit, .confirm, .rebind:
            guard server == nil else { throw Drop("unexpected-server-identifier") }
        case .request, .renew, .release, .decline:
            guard server != nil else { throw Drop("no-server-identifier") }
        case .informationRequest: break
        default: throw Drop("not-for-servers")
        }
        guard client != nil || view.type == .informationRequest else { throw Drop("no-client-identifier") }
        guard server == nil || server == configuration.serverIdentifier else { throw Drop("other-server") }
        return (client, server)
    }

    /// The network that a client is on: as the relay agent nearest to it says, or else the link that its message came on
    /// (RFC 8415, 13.1).
    private func place(
        of relays: [DHCPv6.RelayMessage], _ arrival: Arrival
    ) throws(Drop) -> (network: Int, hint: IPv6Address?) {
        guard !relays.isEmpty else {
            guard let network = arrival.network else { throw Drop("unknown-subnet") }
            return (network, nil)
        }
        // An agent on the link alone, such as a switch, has no address to tell, but those behind it may (RFC 6221).
        for relay in relays.reversed() {
            let address = relay.linkAddress
            if !address.isUnspecified, !address.isLinkLocal {
                guard let subnet = subnetState(of: address) else { throw Drop("unknown-subnet") }
                return (subnet.network, address)
            }
            if let octets = relay.options[.interfaceIdentifier],
                let network = configuration.networks.firstIndex(where: { $0.interfaceIdentifiers.contains(octets) })
            {
                return (network, nil)
            }
        }
        guard let network = arrival.network else { throw Drop("unknown-subnet") }
        return (network, nil)
    }

    /// The client's hardware address: what a relay agent saw, where the frame came from, what the link-local address or the
    /// DUID was made of.
    private static func hardwareAddress(
        _ knowledge: DHCPv6.RelayKnowledge, _ relays: [DHCPv6.RelayMessage], _ arrival: Arrival, _ duid: DUID?
    ) -> MACAddress? {
        if let address = knowledge.hardwareAddress { return address }
        if relays.isEmpty, let address = arrival.hardwareSource { return address }
        if let peer = relays.last?.peerAddress, peer.isLinkLocal, let address = MACAddress(interfaceOf: peer) {
            return address
        }
        switch duid?.kind {
        case .linkLayer(hardwareType: 1, let address)?, .linkLayerTime(hardwareType: 1, _, let address)?:
            return address.count == MACAddress.size ? address.span.octets.macAddress(at: 0) : nil
        default: return nil
        }
    }

    /// The name of a message's type, as counters have it.
    static func name(_ type: DHCPv6.MessageType?) -> StaticName {
        switch type {
        case .solicit?: "SOLICIT"
        case .advertise?: "ADVERTISE"
        case .request?: "REQUEST"
        case .confirm?: "CONFIRM"
        case .renew?: "RENEW"
        case .rebind?: "REBIND"
        case .reply?: "REPLY"
        case .release?: "RELEASE"
        case .decline?: "DECLINE"
        case .reconfigure?: "RECONFIGURE"
        case .informationRequest?: "INFORMATION-REQUEST"
        case .some: "other"
        case nil: "none"
        }
    }
}

extension MACAddress {
    /// The address that an interface identifier was made of (RFC 4291, appendix A); nil if it was not.
    init?(interfaceOf address: IPv6Address) {
        let low = UInt64(truncatingIfNeeded: address.rawValue)
        guard low >> 24 & 0xFFFF == 0xFFFE else { return nil }
        self.init(rawValue: ((low >> 40) << 24 | low & 0xFF_FFFF) ^ 0x0200_0000_0000)
    }
}
