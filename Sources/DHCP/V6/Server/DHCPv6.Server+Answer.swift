import Wire

extension DHCPv6 {
    /// What a client is told of one of its associations.
    struct Answer: Sendable {
        let association: Association
        var items: [(address: LeaseAddress, times: LeaseTimes)] = []
        var status: StatusCode.Code?

        init(_ association: Association, _ items: [(LeaseAddress, LeaseTimes)]) {
            self.association = association
            self.items = items.map { ($0.0, $0.1) }
        }

        init(_ association: Association, _ status: StatusCode.Code) {
            self.association = association
            self.status = status
        }
    }
}

extension DHCPv6.Association {
    /// That there is nothing to lend of what is asked for.
    var unavailable: DHCPv6.StatusCode.Code {
        kind == .prefixes ? .noPrefixAvailable : .noAddressesAvailable
    }
}

extension DHCPv6.Server {
    /// Answers with a status and nothing else (RFC 8415, 18.3.3 and 18.4).
    func answer(
        _ query: DHCPv6.Query, status: DHCPv6.StatusCode.Code, from arrival: Arrival, into outcome: inout Outcome
    ) {
        var options = identifiers(of: query)
        options.append(DHCPv6.StatusCode(status, message: Self.text(status)))
        if status != .success {
            outcome.events.append(ConductEvent(.refused(reason: Self.name(status)), link: arrival.link))
        }
        send(query, .reply, options, nil, from: arrival, into: &outcome)
    }

    /// Answers with associations and parameters; `more` adds what only this message has.
    mutating func answer(
        _ query: DHCPv6.Query, _ type: DHCPv6.MessageType, _ answers: [DHCPv6.Answer],
        status: DHCPv6.StatusCode.Code? = nil, from arrival: Arrival, at now: Instant, into outcome: inout Outcome,
        _ more: (inout DHCPv6.Options) -> Void = { _ in }
    ) {
        var options = identifiers(of: query)
        if let status { options.append(DHCPv6.StatusCode(status, message: Self.text(status))) }
        more(&options)
        let (renewal, rebinding) = renewalTimes(answers)
        for answer in answers {
            append(answer, renewal, rebinding, query, to: &options)
            if let status = answer.status {
                outcome.events.append(
                    ConductEvent(
                        .refused(reason: Self.name(status)), client: query.identity(answer.association),
                        link: arrival.link))
            }
        }
        let first = answers.first { $0.status == nil }?.items.first?.address
        // Whoever gives back or declines gets no parameters.
        if status == nil {
            appendParameters(query, of: first, to: &options)
            appendName(query, to: &options)
            appendKey(query, type, answers, at: now, to: &options)
        }
        send(query, type, options, first, from: arrival, into: &outcome)
    }

    private func identifiers(of query: DHCPv6.Query) -> DHCPv6.Options {
        var options = DHCPv6.Options()
        if let client = query.client { options.append(DHCPv6.ClientIdentifier(client)) }
        options.append(DHCPv6.ServerIdentifier(configuration.serverIdentifier))
        return options
    }

    /// When the client is to come again: the same for all of its associations (RFC 8415, 18.3.2).
    private func renewalTimes(_ answers: [DHCPv6.Answer]) -> (Lifetime, Lifetime) {
        var (renewal, rebinding, preferred) = (UInt32.max, UInt32.max, UInt32.max)
        var hasAny = false
        for item in answers.lazy.flatMap(\.items) where item.times.valid > 0 {
            hasAny = true
            preferred = min(preferred, item.times.preferred)
            if let configured = item.times.renewal { renewal = min(renewal, configured) }
            if let configured = item.times.rebinding { rebinding = min(rebinding, configured) }
        }
        guard hasAny else { return (.zero, .zero) }
        guard preferred != .max else { return (Lifetime(rawValue: renewal), Lifetime(rawValue: rebinding)) }
        // What is configured holds for a whole lease; of what is left, it may be more than there is.
        renewal = min(renewal, preferred / 2)
        rebinding = max(renewal, min(rebinding, UInt32(UInt64(preferred) * 4 / 5)))
        return (Lifetime(rawValue: renewal), Lifetime(rawValue: rebinding))
    }

    private func append(
        _ answer: DHCPv6.Answer, _ renewal: Lifetime, _ rebinding: Lifetime, _ query: DHCPv6.Query,
        to options: inout DHCPv6.Options
    ) {
        var inner = DHCPv6.Options()
        var hasLease = false
        for (address, times) in answer.items {
            let preferred = Lifetime(rawValue: times.preferred)
            let valid = Lifetime(rawValue: times.valid)
            hasLease = hasLease || times.valid > 0
            if let prefix = address.prefix {
                var item = DHCPv6.IdentityAssociationPrefix(prefix, preferred: preferred, valid: valid)
                if let excluded = excluded(address, query) { item.options.append(excluded) }
                inner.append(item)
            } else if let ipv6 = address.ipv6 {
                inner.append(DHCPv6.IdentityAssociationAddress(ipv6, preferred: preferred, valid: valid))
            }
        }
        if let status = answer.status { inner.append(DHCPv6.StatusCode(status, message: Self.text(status))) }
        let (first, second) = hasLease ? (renewal, rebinding) : (.zero, .zero)
        let identifier = answer.association.identifier
        switch answer.association.kind {
        case .addresses:
            options.append(
                DHCPv6.IdentityAssociation(
                    identifier: identifier, renewal: first, rebinding: second, options: inner))
        case .prefixes:
            options.append(
                DHCPv6.PrefixDelegation(identifier: identifier, renewal: first, rebinding: second, options: inner))
        case .temporary: options.append(DHCPv6.TemporaryAddresses(identifier: identifier, options: inner))
        }
    }

    /// The part of a delegated prefix that the link to the requesting router has, if it knows what that is (RFC 6603, 4.2).
    private func excluded(_ address: LeaseAddress, _ query: DHCPv6.Query) -> DHCPv6.PrefixExclude? {
        guard let prefix = address.prefix, let length = pool(of: address)?.excludedLength, length > prefix.length,
            query.requested.contains(.prefixExclude)
        else { return nil }
        return DHCPv6.PrefixExclude(IPv6Prefix(containing: prefix.address, length: length), in: prefix)
    }

    /// Appends what the client asks for and somebody configured: what is closer to the client wins.
    private func appendParameters(
        _ query: DHCPv6.Query, of address: LeaseAddress?, to options: inout DHCPv6.Options
    ) {
        let network = configuration.networks[query.network]
        var levels: [[DHCPv6.RawOption]] = []
        if let index = query.reservation { levels.append(reservations.entries[index].reservation.options) }
        for (index, kind) in configuration.classes.enumerated() where query.classes & 1 << UInt64(index) != 0 {
            levels.append(kind.options)
        }
        let place =
            address.flatMap { self.place(of: $0) }
            ?? query.subnetHint.flatMap { subnetState(of: $0) }.map {
                ($0.network, $0.subnet)
            }
        if let place, place.network == query.network {
            levels.append(network.subnets[place.subnet].options)
        } else if network.subnets.count == 1 {
            levels.append(network.subnets[0].options)
        }
        levels += [network.options, configuration.options]
        var told: [DHCPv6.OptionCode] = []
        for level in levels where !level.isEmpty {
            let known = told.count
            for option in level where query.requested.contains(option.code) && !told[..<known].contains(option.code) {
                // Only an answer that brings nothing else says when to ask again (RFC 8415, 21.23).
                guard option.code != .informationRefreshTime || query.type == .informationRequest else { continue }
                options.append(option)
                told.append(option.code)
            }
        }
    }

    /// Says that nobody puts the client's name into the DNS, at least not this server (RFC 4704, 4.1 and 6).
    private func appendName(_ query: DHCPv6.Query, to options: inout DHCPv6.Options) {
        // A name that cannot be read is not sent back: it would be our malformed answer.
        guard let asked = query.nameOption, asked.octets.isEmpty || asked.name != nil else { return }
        let name = hostName(for: query)
        let wire = name == query.hostName ? asked.octets : DomainName(name).map { Array($0.octets.dropLast()) }
        var flags: DHCPv6.ClientFQDN.Flags = .noUpdates
        if asked.flags.contains(.serverUpdates) { flags.insert(.overrides) }
        options.append(DHCPv6.ClientFQDN(flags: flags, octets: wire ?? asked.octets))
    }

    /// Sends a message the way that the client's came.
    private func send(
        _ query: DHCPv6.Query, _ type: DHCPv6.MessageType, _ options: DHCPv6.Options, _ address: LeaseAddress?,
        from arrival: Arrival, into outcome: inout Outcome
    ) {
        let message = DHCPv6.Message(type, transactionID: query.transactionID, options: options)
        let client = query.client.map { ClientIdentity(identityAssociation: 0, duid: $0) }
        let relays = query.relays.map { Self.reply(to: $0) }
        let size = relays.reduce(message.size) { $0 + $1.size + DHCPv6.optionHeaderSize }
        // What a frame of Ethernet takes without fragments, or the kernel with them.
        let target = target(of: query, arrival)
        let limit = if case .routed6 = target { 60_000 } else { 1452 }
        guard size <= limit else {
            outcome.events.append(
                ConductEvent(
                    .dropped(message: Self.name(query.type), reason: "answer-too-large"), client: client,
                    link: arrival.link))
            return
        }
        outcome.send(target, on: arrival.link, capacity: size, isPromise: type != .advertise) {
            guard !relays.isEmpty else { return message.write(to: &$0) }
            DHCPv6.Relayed(relays: relays, message: message).write(to: &$0)
        }
        outcome.events.append(
            ConductEvent(
                .answered(message: Self.name(query.type), with: Self.name(type)), client: client,
                hardwareAddress: query.hardwareAddress, address: address, link: arrival.link))
    }

    /// Where an answer goes: to the client's station and nobody else's, or to the relay agent that is nearest.
    private func target(of query: DHCPv6.Query, _ arrival: Arrival) -> Transmission.Target {
        guard let nearest = query.relays.first else {
            guard let station = arrival.hardwareSource else {
                return .routed6(arrival.source, port: DHCPv6.clientPort)
            }
            return .client6(station, arrival.source, port: DHCPv6.clientPort)
        }
        // An agent whose port is its own says so (RFC 8357).
        let port = nearest.options[.relaySourcePort] == nil ? DHCPv6.serverPort : arrival.sourcePort
        guard arrival.source.isLinkLocal, let station = arrival.hardwareSource else {
            return .routed6(arrival.source, port: port)
        }
        return .client6(station, arrival.source, port: port)
    }

    /// What goes back through a relay agent, with what it wants to find again (RFC 8415, 19.3).
    private static func reply(to relay: DHCPv6.RelayMessage) -> DHCPv6.RelayMessage {
        var reply = DHCPv6.RelayMessage(
            .relayReply, hopCount: relay.hopCount, linkAddress: relay.linkAddress, peerAddress: relay.peerAddress)
        for code in [DHCPv6.OptionCode.interfaceIdentifier, .relaySourcePort] {
            if let value = relay.options[code] { reply.options.append(DHCPv6.RawOption(code: code, value: value)) }
        }
        return reply
    }

    /// A status for people.
    private static func text(_ status: DHCPv6.StatusCode.Code) -> String {
        switch status {
        case .success: ""
        case .noAddressesAvailable: "no address is free"
        case .noPrefixAvailable: "no prefix is free"
        case .noBinding: "this server knows of no such lease"
        case .notOnLink: "the address does not fit the link"
        case .useMulticast: "use ff02::1:2"
        default: ""
        }
    }

    /// A status as counters have it.
    private static func name(_ status: DHCPv6.StatusCode.Code) -> StaticName {
        switch status {
        case .noAddressesAvailable: "no-free-address"
        case .noPrefixAvailable: "no-free-prefix"
        case .noBinding: "unknown-lease"
        case .notOnLink: "not-on-link"
        case .useMulticast: "use-multicast"
        default: "other"
        }
    }
}
