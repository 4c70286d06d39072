import Wire

/// What is known of a host while its group is scanned.
struct HostRecord {
    /// One port, as small as it can be: a group may have four million.
    struct Port {
        var kind: UInt8
        var port: UInt16
        var evidence: Evidence
        var timeToLive: UInt8
        var isUndecided: Bool
    }

    var address: TargetAddress
    var status: HostResult.Status
    var reason: StateReason
    var hardwareAddress: UInt64 = 0
    /// How many addresses of the link its link-layer address answered for.
    var sharers = 0
    var ports: [Port] = []
    var reporter: UInt128?

    /// Limits that its answers met.
    var limits: [RateLimit] = []

    /// More ports than that in one state, and for one reason, are counted and not listed, unless they are open.
    private static let most = 25

    /// The result, with ports that are many of a kind counted.
    func result(_ kinds: [ScanOptions.Kind]) -> HostResult {
        var result = HostResult(address, status, reason)
        result.rateLimits = limits
        if hardwareAddress != 0 { result.hardwareAddress = MACAddress(rawValue: hardwareAddress) }
        guard !ports.isEmpty else { return result }
        // By kind of scan and class of answer: how many, and which, the sums that decide about listing.
        var groups: [Int: [Int]] = [:]
        var verdicts: [Int: Verdict] = [:]
        for (index, port) in ports.enumerated() {
            let key = Int(port.kind) << 16 | Int(port.evidence.rawValue) << 1 | (port.isUndecided ? 1 : 0)
            if verdicts[key] == nil {
                let technique = kinds[Int(port.kind)].technique ?? .synchronize
                verdicts[key] = Verdict(technique, port.evidence, isUndecided: port.isUndecided)
            }
            groups[key, default: []].append(index)
        }
        for (key, indices) in groups.sorted(by: { $0.key < $1.key }) {
            guard let verdict = verdicts[key] else { continue }
            let kind = kinds[key >> 16]
            if verdict.state != .open, indices.count > Self.most {
                result.otherPorts.append(
                    PortTally(
                        kind.protocol, verdict.state, verdict.cause, PortSet(indices.map { ports[$0].port })))
                continue
            }
            for index in indices {
                let port = ports[index]
                var reason = StateReason(verdict.cause)
                if port.evidence != .none, port.timeToLive > 0 { reason.timeToLive = port.timeToLive }
                if port.evidence.isError, let reporter {
                    reason.source =
                        address.isIPv6
                        ? .ipv6(IPv6Address(rawValue: reporter))
                        : .ipv4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: reporter)))
                }
                result.ports.append(PortResult(kind.protocol, port.port, verdict.state, reason))
            }
        }
        result.ports.sort { ($0.protocol, $0.port) < ($1.protocol, $1.port) }
        return result
    }
}
