import Wire

extension DHCPv4.Server {
    /// How long the client may have an address of the subnet, in seconds: what it asks for, within the limits.
    func leaseSeconds(
        for query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, subnet: DHCPv4.Subnet
    ) -> UInt32 {
        let times = firstClass(of: query) { $0.times } ?? subnet.times
        guard let asked = (try? view.read(DHCPv4.LeaseTime.self))?.time.rawValue else { return times.standard }
        return max(min(asked, times.maximum), times.minimum)
    }

    /// What the first of the client's classes says that says anything.
    func firstClass<Value>(of query: DHCPv4.Query, _ value: (DHCPv4.ClientClass) -> Value?) -> Value? {
        guard query.classes != 0 else { return nil }
        for (index, kind) in configuration.classes.enumerated() where query.classes & 1 << UInt64(index) != 0 {
            if let found = value(kind) { return found }
        }
        return nil
    }

    /// What the client is told under a code: by its reservation, its classes, its subnet, its network, or for everybody.
    private func option(_ code: DHCPv4.OptionCode, _ query: DHCPv4.Query, subnet: Int?) -> DHCPv4.RawOption? {
        func find(_ options: [DHCPv4.RawOption]) -> DHCPv4.RawOption? { options.first { $0.code == code } }
        let network = configuration.networks[query.network]
        return query.reservation.flatMap { find(reservations.entries[$0].reservation.options) }
            ?? firstClass(of: query) { find($0.options) }
            ?? subnet.flatMap { find(network.subnets[$0].options) }
            ?? find(network.options) ?? find(configuration.options)
    }

    /// What the client boots, if anything.
    func boot(_ query: DHCPv4.Query, subnet: Int?) -> DHCPv4.Boot? {
        query.reservation.flatMap { reservations.entries[$0].reservation.boot } ?? firstClass(of: query) { $0.boot }
            ?? subnet.flatMap { configuration.networks[query.network].subnets[$0].boot }
    }

    /// Plans the options of an answer, those first that must be there, then in the order that the client asks in
    /// (RFC 2131, 4.3.1).
    mutating func planOptions(
        _ type: DHCPv4.MessageType, _ query: DHCPv4.Query, _ view: borrowing DHCPv4.MessageView, address: IPv4Address,
        lease: Lease?, at now: Instant
    ) {
        let state = subnetState(of: address)
        let subnet = state?.network == query.network ? state?.subnet : nil
        var seen = DHCPv4.OptionCodeSet()
        var planned: [DHCPv4.PlannedOption] = []
        swap(&planned, &plan)
        planned.removeAll(keepingCapacity: true)
        func add(_ option: DHCPv4.PlannedOption) {
            if seen.insert(option.code) { planned.append(option) }
        }
        add(.octet(.messageType, type.rawValue))
        add(.word(.serverIdentifier, query.serverIdentifier.rawValue))
        if let lease {
            let left = lease.expiry.seconds(since: now)
            add(.word(.leaseTime, left))
            if left != .max {
                let times = subnet.map { configuration.networks[query.network].subnets[$0].times }
                let (renewal, rebinding) = Self.timers(left, times)
                add(.word(.renewalTime, renewal))
                add(.word(.rebindingTime, rebinding))
            }
        } else {
            // Not for a client that asks for parameters alone (RFC 2131, 4.3.5), whatever the configuration says.
            for code in [DHCPv4.OptionCode.leaseTime, .renewalTime, .rebindingTime] { _ = seen.insert(code) }
        }
        if let option = forceRenewOption(type, query, view, lease, at: now) { add(option) }
        // These are the server's to decide, and not to be told by configured octets.
        for code in [DHCPv4.OptionCode.optionOverload, .relayAgentInformation, .clientIdentifier, .pad, .end, .message]
        {
            _ = seen.insert(code)
        }
        if type == .acknowledge, lease?.state == .bound, view.has(.rapidCommit), query.type == .discover {
            add(.raw(DHCPv4.RawOption(code: .rapidCommit, value: [])))
        }
        // The mask comes before the routers in any case (RFC 2132, 3.3).
        if let mask = option(.subnetMask, query, subnet: subnet) { add(.raw(mask)) }
        let boot = boot(query, subnet: subnet)
        let hostName = hostName(for: query)
        var isListed = false
        _ = try? view.withValue(of: .parameterRequestList) { (list) throws(WireError) -> Void in
            isListed = true
            for index in 0..<list.byteCount {
                let code = DHCPv4.OptionCode(rawValue: list.uint8(at: index))
                if let option = requested(code, query, subnet: subnet, boot: boot, hostName: hostName) { add(option) }
            }
        }
        if let boot { planBoot(boot, view, add) }
        if !isListed { planAll(query, subnet: subnet, add) }
        // A name that cannot be read is not sent back: it would be our malformed answer.
        if view.has(.clientFQDN), let name = try? view.read(DHCPv4.ClientFQDN.self),
            name.octets.isEmpty || name.name != nil, seen.insert(.clientFQDN)
        {
            planned.append(.raw(DHCPv4.RawOption(Self.answer(to: name, hostName: hostName))))
        }
        if configuration.echoesClientIdentifier, let size = Self.size(of: .clientIdentifier, in: view), size > 0 {
            planned.append(.echo(.clientIdentifier, size: size))
        }
        // The agent's own comes back last (RFC 3046, 2.2).
        let isBelieved = query.path == .relayed || configuration.networks[query.network].trustsRelayInformation
        if isBelieved, let size = Self.size(of: .relayAgentInformation, in: view), size > 0 {
            planned.append(.echo(.relayAgentInformation, size: size))
        }
        swap(&planned, &plan)
    }

    /// The option that answers a request for a code.
    private func requested(
        _ code: DHCPv4.OptionCode, _ query: DHCPv4.Query, subnet: Int?, boot: DHCPv4.Boot?, hostName: String
    ) -> DHCPv4.PlannedOption? {
        if let option = option(code, query, subnet: subnet) { return .raw(option) }
        switch code {
        case .hostName where !hostName.isEmpty:
            // Only a name that was given; to tell a client its own would be idle.
            guard hostName != query.hostName else { return nil }
            return .raw(DHCPv4.RawOption(code: code, value: Array(hostName.utf8)))
        case .bootFileName:
            guard let boot, !boot.file.isEmpty else { return nil }
            return .raw(DHCPv4.RawOption(code: code, value: Array(boot.file.utf8)))
        case .tftpServerName:
            guard let boot, !boot.serverName.isEmpty else { return nil }
            return .raw(DHCPv4.RawOption(code: code, value: Array(boot.serverName.utf8)))
        case .broadcastAddress:
            guard let subnet,
                let address = configuration.networks[query.network].subnets[subnet].prefix.broadcast
            else { return nil }
            return .word(code, address.rawValue)
        default: return nil
        }
    }

    /// What a boot loader needs to take an offer for one (PXE 2.1, 2.2.3; UEFI 2.10, 24.7.2).
    private func planBoot(
        _ boot: DHCPv4.Boot, _ view: borrowing DHCPv4.MessageView, _ add: (DHCPv4.PlannedOption) -> Void
    ) {
        guard !boot.file.isEmpty else { return }
        for kind in ["PXEClient", "HTTPClient"] {
            let octets = Array(kind.utf8)
            let isSuch = try? view.withValue(of: .vendorClassIdentifier) { (value) throws(WireError) in
                value.byteCount >= octets.count && value.extracting(first: octets.count).isEqual(to: octets.span.octets)
            }
            if isSuch == true { add(.raw(DHCPv4.RawOption(code: .vendorClassIdentifier, value: octets))) }
        }
    }

    /// Everything that is configured, for a client that does not say what it wants.
    private func planAll(_ query: DHCPv4.Query, subnet: Int?, _ add: (DHCPv4.PlannedOption) -> Void) {
        let network = configuration.networks[query.network]
        if let index = query.reservation { reservations.entries[index].reservation.options.forEach { add(.raw($0)) } }
        _ = firstClass(of: query) { kind -> Bool? in
            kind.options.forEach { add(.raw($0)) }
            return nil
        }
        if let subnet { network.subnets[subnet].options.forEach { add(.raw($0)) } }
        network.options.forEach { add(.raw($0)) }
        configuration.options.forEach { add(.raw($0)) }
    }

    /// When a client renews and rebinds that has `left` seconds.
    static func timers(_ left: UInt32, _ times: DHCPv4.LeaseTimes?) -> (renewal: UInt32, rebinding: UInt32) {
        let rebinding = min(times?.rebinding ?? .max, UInt32(UInt64(left) * 7 / 8))
        return (min(times?.renewal ?? .max, left / 2, rebinding), rebinding)
    }

    /// We put nothing into the DNS, and say so (RFC 4702, 3.1).
    private static func answer(to name: DHCPv4.ClientFQDN, hostName: String) -> DHCPv4.ClientFQDN {
        var flags: DHCPv4.ClientFQDN.Flags = [.noUpdates]
        if name.flags.contains(.serverUpdates) { flags.insert(.overrides) }
        if name.flags.contains(.isEncoded) { flags.insert(.isEncoded) }
        // 255, which the two fields are to say in answers (RFC 4702, 2.2).
        return DHCPv4.ClientFQDN(flags: flags, octets: name.octets, results: 0xFFFF)
    }

    private static func size(of code: DHCPv4.OptionCode, in view: borrowing DHCPv4.MessageView) -> Int? {
        // The outer nil is a message without the option, or with one that cannot be put together.
        (try? view.withValue(of: code) { (value) throws(WireError) in value.byteCount }) ?? nil
    }
}
