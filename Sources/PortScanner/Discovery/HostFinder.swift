import Link
import Linux
import Wire

/// Finds out which hosts of a path are there, and their link-layer addresses.
struct HostFinder {
    /// What was found.
    struct Found {
        var isIPv6: Bool
        /// Every host that was asked, in order; those that nothing is known of have no entry in `reasons`.
        var space: AddressSpace
        var up: [UInt128] = []
        var reasons: [UInt128: StateReason] = [:]
        var hardware: [UInt128: UInt64] = [:]
        /// How many addresses each link-layer address answered for.
        var sharers: [UInt64: Int] = [:]
        var router: UInt64 = 0
        var isAssumed = false

        /// A record for each host.
        func records(zone: UInt32) -> [HostRecord] {
            var records: [HostRecord] = []
            records.reserveCapacity(Int(space.count))
            let present = isAssumed ? [] : Set(up)
            for number in 0..<space.count {
                let address = space[number: number]
                let isUp = isAssumed || present.contains(address)
                var record = HostRecord(
                    address: ScanRun.target(address, isIPv6, zone),
                    status: isAssumed ? .unknown : isUp ? .up : .down,
                    reason: reasons[address] ?? StateReason(isAssumed ? .userSet : .noResponse))
                record.hardwareAddress = hardware[address] ?? 0
                record.sharers = sharers[record.hardwareAddress] ?? 0
                records.append(record)
            }
            return records
        }

        /// Where frames for the hosts that are up go.
        func stations(_ up: AddressSpace) -> SweepRequest.Stations {
            if hardware.isEmpty { return .one(router) }
            return .each((0..<up.count).map { hardware[up[number: $0]] ?? router })
        }
    }

    let options: ScanOptions
    let path: Path
    let isPrivileged: Bool
    let hash: KeyedHash
    let control: ScanControl
    /// Whether frames of our own will be sent to ports.
    let isRaw: Bool

    func find(_ space: AddressSpace) throws(ScanError) -> Found {
        var found = Found(isIPv6: path.isIPv6, space: space)
        if path.isLoopback {
            found.up = (0..<space.count).map { space[number: $0] }
            for address in found.up { found.reasons[address] = StateReason(.localhostResponse) }
            return found
        }
        let discovery =
            options.discovery ?? .probes(isPrivileged ? DiscoveryProbe.privileged : DiscoveryProbe.unprivileged)
        if isPrivileged, path.needsNeighbors {
            // Who does not answer here can be sent nothing, whatever the user assumes.
            try neighbors(space, &found)
            return found
        }
        if isPrivileged, isRaw || discovery != .none, let gateway = path.gateway, path.framing == .ethernet {
            guard let router = try router(gateway) else {
                // The router is not there: neither is anything behind it.
                for number in 0..<min(space.count, 1 << 16) {
                    found.reasons[space[number: number]] = StateReason(.hostUnreachable)
                }
                return found
            }
            found.router = router
        }
        guard case .probes(let probes) = discovery else {
            found.isAssumed = true
            return found
        }
        try ask(probes, &found)
        return found
    }

    /// A router's address on the link: what an administrator has set, else what it answers.
    private func router(_ gateway: UInt128) throws(ScanError) -> UInt64? {
        let known = try ScanRun.linking { () throws(LinkError) in try Interfaces.neighbours() }.first {
            // NUD_PERMANENT.
            $0.interfaceIndex == path.interfaceIndex && $0.state & 0x80 != 0
                && RouteTable.bits($0.address) == (gateway, path.isIPv6)
        }
        if let address = known?.hardwareAddress { return address.rawValue }
        var seen = Found(isIPv6: path.isIPv6, space: AddressSpace(isIPv6: path.isIPv6, addresses: [gateway]))
        try neighbors(seen.space, &seen)
        return seen.hardware[gateway]
    }

    private func neighbors(_ space: AddressSpace, _ found: inout Found) throws(ScanError) {
        var sweep = options.sweep(.neighbor, range: space)
        // A link has no delay to speak of, and switches drop broadcasts that come too fast.
        (sweep.initialTimeout, sweep.initialRate) = (min(sweep.initialTimeout, 300_000_000), min(sweep.ceiling, 5000))
        sweep.ceiling = min(sweep.ceiling, 50_000)
        let request = SweepRequest(
            technique: .neighbor, path: path, addresses: space, ports: [0], stations: .one(0), options: sweep,
            hash: hash)
        var answers: [UInt128: Finding] = [:]
        try ScanRun.sweep(
            request, isConnect: false, concurrency: 0, phase: path.isIPv6 ? "neighbors" : "arp", control,
            found: { answers[$0.address] = $0 }, collect: { _, _ in })
        for (address, finding) in answers {
            found.hardware[address] = finding.hardwareAddress
            found.sharers[finding.hardwareAddress, default: 0] += 1
            found.reasons[address] = StateReason(finding.evidence.cause)
        }
        found.up = answers.keys.sorted()
    }

    /// Asks in several ways, each way those that no way before has found.
    private func ask(_ probes: [DiscoveryProbe], _ found: inout Found) throws(ScanError) {
        var left = found.space
        var up: Set<UInt128> = []
        for probe in probes where left.count > 0 && !control.isStopped {
            guard let (technique, ports) = Self.question(probe, isIPv6: path.isIPv6) else { continue }
            let sweep = options.sweep(technique, range: left)
            var reasons: [UInt128: StateReason] = [:]
            var limited = sweep
            limited.readsSilence = false
            var isConnect = false
            if case .connect = probe { isConnect = true }
            let request = SweepRequest(
                technique: technique, path: path, addresses: left, ports: ports, stations: .one(found.router),
                options: limited)
            try ScanRun.sweep(
                request, isConnect: isConnect, concurrency: options.concurrency, phase: "discovery", control,
                found: { finding in
                    // A router's word that a host cannot be reached is no sign of the host.
                    guard !finding.evidence.isError || finding.reporter == nil && !isConnect else { return }
                    reasons[finding.address] = StateReason(
                        finding.evidence.cause, timeToLive: finding.timeToLive == 0 ? nil : finding.timeToLive)
                }, collect: { _, _ in })
            for (address, reason) in reasons {
                up.insert(address)
                found.reasons[address] = reason
            }
            if !reasons.isEmpty {
                left = AddressSpace(
                    isIPv6: path.isIPv6,
                    addresses: (0..<left.count).lazy.map { left[number: $0] }.filter { !up.contains($0) })
            }
        }
        found.up = up.sorted()
    }

    /// What a probe asks; nil if the family has no such question.
    private static func question(_ probe: DiscoveryProbe, isIPv6: Bool) -> (Technique, [UInt16])? {
        switch probe {
        case .echo: (.echo, [0])
        case .timestamp: isIPv6 ? nil : (.timestamp, [0])
        case .mask: isIPv6 ? nil : (.mask, [0])
        case .synchronize(let ports): (.synchronize, ports)
        case .acknowledge(let ports): (.acknowledge, ports)
        case .udp(let ports): (.udp, ports)
        case .connect(let ports): (.synchronize, ports)
        }
    }
}
