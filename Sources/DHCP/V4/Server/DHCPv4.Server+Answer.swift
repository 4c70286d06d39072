import Wire

extension DHCPv4.Server {
    /// Answers with an address, or with parameters alone if there is no lease; false if what must be told finds no room in the
    /// message, and nothing was sent.
    mutating func answer(
        _ type: DHCPv4.MessageType, _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, address: IPv4Address,
        lease: Lease?, at now: Instant, from arrival: Arrival, into outcome: inout Outcome
    ) -> Bool {
        planOptions(type, query, view, address: address, lease: lease, at: now)
        var header = DHCPv4.Header(
            operation: .reply, hardwareAddress: view.header.hardwareAddress, transactionID: view.header.transactionID)
        header.flags = view.header.flags
        header.gatewayAddress = view.header.gatewayAddress
        header.yourAddress = lease == nil ? .any : address
        // Not in an OFFER (RFC 2131, table 3).
        if type == .acknowledge { header.clientAddress = view.header.clientAddress }
        let state = subnetState(of: address)
        let boot = boot(query, subnet: state?.network == query.network ? state?.subnet : nil)
        if let server = boot?.server { header.nextServerAddress = server }
        let target = target(of: query, view, address: address, isInform: lease == nil)
        let isPromise = type != .offer
        guard
            send(
                header, boot: boot, view, to: target, on: arrival.link, keeping: Self.kept, isPromise: isPromise,
                into: &outcome)
        else { return false }
        outcome.events.append(
            ConductEvent(
                .answered(message: Self.name(query.type), with: Self.name(type)), client: query.identity,
                hardwareAddress: query.hardwareAddress, address: LeaseAddress(address), link: arrival.link))
        return true
    }

    /// What an answer is none without: the relay agent's words and the client's own among it.
    private static let kept: Set<DHCPv4.OptionCode> = [
        .relayAgentInformation, .clientIdentifier, .messageType, .serverIdentifier, .leaseTime, .authentication,
    ]

    /// The same of a refusal, which does without the client's.
    private static let keptOfRefusal: Set<DHCPv4.OptionCode> = [
        .relayAgentInformation, .messageType, .serverIdentifier,
    ]

    /// Answers with a refusal (RFC 2131, table 3).
    mutating func answerRefusal(
        _ reason: StaticName, _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, from arrival: Arrival,
        into outcome: inout Outcome
    ) {
        plan.removeAll(keepingCapacity: true)
        plan.append(.octet(.messageType, DHCPv4.MessageType.refuse.rawValue))
        plan.append(.word(.serverIdentifier, query.serverIdentifier.rawValue))
        plan.append(.raw(DHCPv4.RawOption(code: .message, value: Array(reason.description.utf8))))
        if configuration.echoesClientIdentifier, view.has(.clientIdentifier) {
            plan.append(.echo(.clientIdentifier, size: Self.echoSize(.clientIdentifier, view)))
        }
        let isBelieved = query.path == .relayed || configuration.networks[query.network].trustsRelayInformation
        if isBelieved, view.has(.relayAgentInformation) {
            plan.append(.echo(.relayAgentInformation, size: Self.echoSize(.relayAgentInformation, view)))
        }
        var header = DHCPv4.Header(
            operation: .reply, hardwareAddress: view.header.hardwareAddress, transactionID: view.header.transactionID)
        header.flags = view.header.flags
        header.gatewayAddress = view.header.gatewayAddress
        // The client's address may be wrong, so the relay agent is to send to all of its link (RFC 2131, 4.3.2).
        if query.path == .relayed { header.isBroadcast = true }
        let target: Transmission.Target =
            switch query.path {
            case .relayed: .routed(header.gatewayAddress, port: 67)
            case .routed: .routed(view.header.clientAddress, port: 68)
            case .direct: .client(.broadcast, .broadcast, source: query.serverIdentifier)
            }
        guard
            send(header, boot: nil, view, to: target, on: arrival.link, keeping: Self.keptOfRefusal, into: &outcome)
        else {
            outcome.events.append(
                ConductEvent(
                    .dropped(message: Self.name(query.type), reason: "answer-too-large"), client: query.identity,
                    hardwareAddress: query.hardwareAddress, link: arrival.link))
            return
        }
        outcome.events.append(
            ConductEvent(
                .answered(message: Self.name(query.type), with: "NAK"), client: query.identity,
                hardwareAddress: query.hardwareAddress,
                address: (query.requestedAddress ?? view.header.clientAddress).map { LeaseAddress($0) },
                link: arrival.link))
        outcome.events.append(ConductEvent(.refused(reason: reason), client: query.identity, link: arrival.link))
    }

    private static func echoSize(_ code: DHCPv4.OptionCode, _ view: borrowing DHCPv4.MessageView) -> Int {
        ((try? view.withValue(of: code) { (value) throws(WireError) in value.byteCount }) ?? nil) ?? 0
    }

    /// Where an answer goes (RFC 2131, 4.1).
    private func target(
        of query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, address: IPv4Address, isInform: Bool
    ) -> Transmission.Target {
        let header = view.header
        switch query.path {
        case .relayed:
            // A client that asks for parameters has an address that works (RFC 2131, 4.3.5).
            if isInform, !header.clientAddress.isUnspecified { return .routed(header.clientAddress, port: 68) }
            return .routed(header.gatewayAddress, port: 67)
        case .routed: return .routed(header.clientAddress, port: 68)
        case .direct:
            guard let hardware = header.hardwareAddress.macAddress else {
                return .client(.broadcast, .broadcast, source: query.serverIdentifier)
            }
            if !header.clientAddress.isUnspecified || isInform {
                return .client(
                    hardware, isInform ? address : header.clientAddress, source: query.serverIdentifier)
            }
            if header.isBroadcast { return .client(.broadcast, .broadcast, source: query.serverIdentifier) }
            return .client(hardware, address, source: query.serverIdentifier)
        }
    }

    /// Writes the message with the options that were planned; false if those of `kept` find no room.
    private mutating func send(
        _ header: DHCPv4.Header, boot: DHCPv4.Boot?, _ view: borrowing DHCPv4.MessageView,
        to target: Transmission.Target, on link: LinkIdentifier, keeping kept: Set<DHCPv4.OptionCode>,
        isPromise: Bool = true, into outcome: inout Outcome
    ) -> Bool {
        // Who says nothing can take what every host must: 576 octets (RFC 2131, 2).
        let limit = min((try? view.read(DHCPv4.MaximumMessageSize.self))?.limit ?? 548, 1472)
        let size = plan.reduce(DHCPv4.Header.size + 1) { $0 + $1.framedSize }
        guard size > limit || boot != nil else {
            outcome.send(target, on: link, capacity: max(size, DHCPv4.Message.minimumSize), isPromise: isPromise) {
                octets in
                let start = octets.count
                header.writeFixed(to: &octets)
                for option in plan { option.write(to: &octets, from: view) }
                octets.append(DHCPv4.OptionCode.end.rawValue)
                while octets.count - start < DHCPv4.Message.minimumSize { octets.append(0) }
            }
            return true
        }
        // With names in its fields, or options that need those fields: by the general way.
        var message = DHCPv4.Message(header: header)
        message.serverName = Array((boot?.serverName ?? "").utf8.prefix(63))
        message.bootFile = Array((boot?.file ?? "").utf8.prefix(127))
        if size > limit, boot?.file.isEmpty == false {
            // Both say the same; the option is what gives room.
            message.serverName = []
            message.bootFile = []
            let file = DHCPv4.RawOption(code: .bootFileName, value: Array((boot?.file ?? "").utf8))
            if !plan.contains(where: { $0.code == .bootFileName }) { plan.insert(.raw(file), at: min(5, plan.count)) }
        }
        guard fit(&message, view, limit: limit, keeping: kept) else { return false }
        outcome.send(target, on: link, capacity: max(limit, message.size), isPromise: isPromise) {
            message.write(to: &$0, limit: limit)
        }
        return true
    }

    /// Takes options of the message until the message fits: from the end, but those of `kept`; whether it fits then.
    private func fit(
        _ message: inout DHCPv4.Message, _ view: borrowing DHCPv4.MessageView, limit: Int,
        keeping kept: Set<DHCPv4.OptionCode>
    ) -> Bool {
        var planned = plan
        while true {
            message.options = DHCPv4.Options()
            for option in planned { message.options.append(new: option.raw(from: view)) }
            var omitted = 0
            _ = [UInt8](capacity: max(limit, message.size)) { omitted = message.write(to: &$0, limit: limit) }
            guard omitted > 0 else { return true }
            guard let last = planned.lastIndex(where: { !kept.contains($0.code) }) else { return false }
            planned.remove(at: last)
        }
    }
}

extension DHCPv4.Header {
    /// Appends everything up to the options, with `sname` and `file` empty.
    func writeFixed(to octets: inout OutputSpan<UInt8>) {
        write(to: &octets)
        for _ in 0..<24 { octets.append(uint64: 0) }
        octets.append(uint32: Self.magicCookie)
    }
}

extension IPv4Address {
    /// Gives the address to `body`, unless it stands for none.
    fileprivate func map<Value>(_ body: (IPv4Address) -> Value) -> Value? {
        isUnspecified ? nil : body(self)
    }
}
