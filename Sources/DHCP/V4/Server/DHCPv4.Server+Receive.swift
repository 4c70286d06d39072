import Wire

extension DHCPv4.Server {
    /// Takes a message that a client sent, or a relay agent passed on.
    package mutating func receive(
        _ message: RawSpan, from arrival: Arrival, at now: Instant, into outcome: inout Outcome
    ) {
        let view: DHCPv4.MessageView
        do throws(WireError) {
            view = try DHCPv4.MessageView(reading: message)
        } catch {
            outcome.events.append(
                ConductEvent(.dropped(message: "none", reason: Self.reason(error)), link: arrival.link))
            return
        }
        receive(view, octets: message, from: arrival, at: now, isProbed: false, into: &outcome)
    }

    mutating func receive(
        _ view: borrowing DHCPv4.MessageView, octets: RawSpan, from arrival: Arrival, at now: Instant, isProbed: Bool,
        into outcome: inout Outcome
    ) {
        let query: DHCPv4.Query
        do throws(Drop) {
            query = try self.query(view, from: arrival, at: now, isAgain: isProbed)
        } catch {
            let address = view.header.hardwareAddress.macAddress
            outcome.events.append(
                ConductEvent(
                    .dropped(message: Self.name(try? view.messageType), reason: error.reason),
                    hardwareAddress: address, link: arrival.link))
            return
        }
        do throws(Drop) {
            switch query.type {
            case .discover:
                try discover(query, view, octets: octets, from: arrival, at: now, isProbed: isProbed, into: &outcome)
            case .request: try request(query, view, from: arrival, at: now, into: &outcome)
            case .decline: try decline(query, view, from: arrival, at: now, into: &outcome)
            case .release: try release(query, view, from: arrival, at: now, into: &outcome)
            case .inform: try inform(query, view, from: arrival, at: now, into: &outcome)
            default: throw Drop("unknown-message-type")
            }
        } catch {
            outcome.events.append(
                ConductEvent(
                    .dropped(message: Self.name(query.type), reason: error.reason), client: query.identity,
                    hardwareAddress: query.hardwareAddress, link: arrival.link))
        }
    }

    /// Why a message gets no answer.
    struct Drop: Error {
        let reason: StaticName
        init(_ reason: StaticName) { self.reason = reason }
    }

    /// What can be said of a message before it is decided on; throws for one that nobody is to answer.
    private mutating func query(
        _ view: borrowing DHCPv4.MessageView, from arrival: Arrival, at now: Instant, isAgain: Bool
    ) throws(Drop) -> DHCPv4.Query {
        let header = view.header
        // Our own answers, where a link sends them back, and those of other servers.
        guard header.operation == .request else { throw Drop("not-a-request") }
        guard let type = try? view.messageType else {
            throw Drop(view.has(.messageType) ? "malformed-message-type" : "bootp")
        }
        guard header.hardwareAddress.macAddress?.isMulticast != true else { throw Drop("bad-hardware-address") }
        let (network, path, relay, hint) = try place(view, from: arrival)
        let hardware = header.hardwareAddress
        if path == .direct, configuration.checksHardwareSource, let source = arrival.hardwareSource {
            guard hardware.macAddress == nil || hardware.macAddress == source else {
                throw Drop("hardware-source-mismatch")
            }
        }
        let identity = try identity(view, network: network)
        if !isAgain, !limiter.allow(hash: identity.hashValue, at: now) { throw Drop("rate-limit") }
        let identifier =
            relay?.serverIdentifierOverride ?? configuration.networks[network].serverIdentifier ?? arrival.localAddress
        guard !identifier.isUnspecified else { throw Drop("no-server-address") }
        var query = DHCPv4.Query(
            type: type, path: path, identity: identity, hardwareAddress: hardware.macAddress ?? .zero,
            network: network, subnetHint: hint, serverIdentifier: identifier,
            addressedServer: (try? view.read(DHCPv4.ServerIdentifier.self))?.address,
            requestedAddress: (try? view.read(DHCPv4.RequestedAddress.self))?.address,
            relay: relay, classes: 0, reservation: nil, hostName: Self.hostName(view),
            nonce: nonce(for: view, network: network))
        for (index, kind) in configuration.classes.enumerated() where kind.matches(view, relay: relay) {
            query.classes |= 1 << UInt64(index)
        }
        query.reservation = reservations.find(
            identity: identity, hardwareAddress: hardware, relay: relay ?? rememberedRelay(query), network: network)
        return query
    }

    /// Where the client is: its network, and how its message came.
    private func place(
        _ view: borrowing DHCPv4.MessageView, from arrival: Arrival
    ) throws(Drop) -> (Int, DHCPv4.Query.Path, DHCPv4.RelayAgentInformation?, IPv4Address?) {
        let header = view.header
        // A malformed option is as good as none: the agent gets its octets back all the same.
        let relay = try? view.read(DHCPv4.RelayAgentInformation.self)
        guard header.gatewayAddress.isUnspecified else {
            let gateway = header.gatewayAddress
            guard !gateway.isMulticast, !gateway.isLoopback, gateway != .broadcast else {
                throw Drop("bad-relay-address")
            }
            let selected = relay?.linkSelection ?? (try? view.read(DHCPv4.SubnetSelection.self))?.address
            if let subnet = subnetState(of: selected ?? gateway) {
                return (subnet.network, .relayed, relay, selected ?? gateway)
            }
            let listed = configuration.networks.firstIndex { $0.relays.contains(gateway) }
            guard selected == nil, let listed else { throw Drop("unknown-subnet") }
            return (listed, .relayed, relay, nil)
        }
        let isOurs = { (network: Int) in subnetState(of: header.clientAddress)?.network == network }
        // From a client elsewhere that renews: a router brought it, so neither frame nor interface tell anything.
        if !header.clientAddress.isUnspecified, arrival.target.mappedIPv4 != .broadcast,
            arrival.network.map({ !isOurs($0) }) ?? true
        {
            guard let subnet = subnetState(of: header.clientAddress) else {
                guard let network = arrival.network else { throw Drop("unknown-subnet") }
                return (network, .direct, nil, nil)
            }
            return (subnet.network, .routed, nil, header.clientAddress)
        }
        guard let network = arrival.network else { throw Drop("unknown-subnet") }
        return (network, .direct, configuration.networks[network].trustsRelayInformation ? relay : nil, nil)
    }

    /// What the client is known by.
    private func identity(_ view: borrowing DHCPv4.MessageView, network: Int) throws(Drop) -> ClientIdentity {
        if !configuration.networks[network].ignoresClientIdentifiers {
            // One that is too short is overlooked, as everybody does who had to learn it.
            let found = try? view.withValue(of: .clientIdentifier) { (value) throws(WireError) -> ClientIdentity? in
                value.byteCount >= 2 ? ClientIdentity(.clientIdentifier, value) : nil
            }
            if case .some(.some(let identity)) = found { return identity }
        }
        let hardware = view.header.hardwareAddress
        guard hardware.rawValue != 0, let identity = ClientIdentity(hardware) else { throw Drop("no-identity") }
        return identity
    }

    /// What the relay agent told when it last passed on a message of the client, who now speaks without it.
    private func rememberedRelay(_ query: DHCPv4.Query) -> DHCPv4.RelayAgentInformation? {
        guard query.path != .relayed, let lease = currentLease(of: query), !lease.attachment.isEmpty else { return nil }
        return DHCPv4.LeaseAttachment(lease.attachment).relay
    }

    private static func hostName(_ view: borrowing DHCPv4.MessageView) -> String {
        let plain = try? view.withValue(of: .hostName) { (value) throws(WireError) in DHCPv4.hostName(value) }
        if let plain, !plain.isEmpty { return plain }
        guard let name = (try? view.read(DHCPv4.ClientFQDN.self))?.name else { return "" }
        return DHCPv4.hostName(Array(name.domain.description.utf8).span.octets)
    }

    private static func reason(_ error: WireError) -> StaticName {
        switch error {
        case .malformed(_, field: "magic cookie"): "bootp-without-options"
        case .malformed: "malformed"
        case .truncated: "truncated"
        }
    }

    /// The name of a message's type, as counters have it.
    static func name(_ type: DHCPv4.MessageType?) -> StaticName {
        switch type {
        case .discover?: "DISCOVER"
        case .offer?: "OFFER"
        case .request?: "REQUEST"
        case .decline?: "DECLINE"
        case .acknowledge?: "ACK"
        case .refuse?: "NAK"
        case .release?: "RELEASE"
        case .inform?: "INFORM"
        case .forceRenew?: "FORCERENEW"
        case .some: "other"
        case nil: "none"
        }
    }
}
