import Linux
import Wire

extension ScanOptions {
    /// How a sweep of these addresses behaves.
    func sweep(_ technique: Technique, range: AddressSpace) -> Sweep.Options {
        var sweep = Sweep.Options()
        sweep.tries = tries
        sweep.initialTimeout = Self.nanoseconds(initialTimeout)
        sweep.timeout =
            Self.nanoseconds(
                timeout.least)...max(
                Self.nanoseconds(timeout.least), Self.nanoseconds(timeout.most))
        let isPrivate = range.isPrivate
        sweep.ceiling = rate ?? (isPrivate ? .infinity : Self.politeRate)
        sweep.initialRate = min(sweep.ceiling, isPrivate ? 50_000 : 500)
        if let leastRate {
            sweep.floor = min(leastRate, sweep.ceiling)
            sweep.initialRate = max(sweep.initialRate, sweep.floor)
        }
        sweep.readsSilence = technique.readsSilence
        // Hosts send one error a second: of UDP ports, whose answers are nothing else, more are worth waiting for.
        let isSlow = technique == .udp || technique == .ipProtocol
        sweep.patience = Self.nanoseconds(patience ?? (isSlow ? .seconds(10) : .milliseconds(1600)))
        return sweep
    }

    static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0 else { return 0 }
        return UInt64(clamping: min(seconds, 1 << 32)) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}

extension AddressSpace {
    /// Whether all of it is private, on the link, or this machine.
    var isPrivate: Bool {
        guard count > 0 else { return true }
        let ends = [self[number: 0], self[number: count - 1]]
        if isIPv6 {
            return ends.allSatisfy {
                let address = IPv6Address(rawValue: $0)
                return address.isUniqueLocal || address.isLinkLocal || address.isLoopback
            }
        }
        // Both ends in the same private network: what lies between is, too.
        return [(10 << 24, 8), (0xAC10 << 16, 12), (0xC0A8 << 16, 16), (127 << 24, 8), (0xA9FE << 16, 16)].contains {
            let prefix = IPv4Prefix(containing: IPv4Address(rawValue: UInt32($0.0)), length: $0.1)
            return ends.allSatisfy { prefix.contains(IPv4Address(rawValue: UInt32(truncatingIfNeeded: $0))) }
        }
    }
}
