import Wire

/// Which targets a scan must be asked for twice.
public struct TargetSafety: Sendable {
    /// An address that no host has: of a group, everybody, or a documentation's rule; nil if there is none.
    public private(set) var special: TargetAddress?
    /// Addresses outside of private networks and links.
    public private(set) var publicCount = 0

    /// More addresses of the Internet than that are a campaign, not a scan: a /8.
    public static let publicLimit = 1 << 24

    /// Looks a set over; it costs what its ranges cost, not its addresses.
    public init(_ targets: TargetSet) {
        for run in targets.runs {
            judge(ipv4: UInt64(run.first)...UInt64(run.last))
        }
        for pattern in targets.patterns where pattern.count > 0 {
            for address in [pattern[0], pattern[pattern.count - 1]] { judge(ipv4: UInt64(address)...UInt64(address)) }
            let isPrivate = Self.privates.contains {
                $0.contains(UInt64(pattern[0])) && $0.contains(UInt64(pattern[pattern.count - 1]))
            }
            if !isPrivate { publicCount += max(0, pattern.count - 2) }
        }
        for run in targets.runs6 {
            let (first, last) = (IPv6Address(rawValue: run.run.first), IPv6Address(rawValue: run.run.last))
            if last.isMulticast || first.isUnspecified {
                special = .ipv6(first.isUnspecified ? first : last, zone: run.zone)
            }
            let isLocal = [first, last].allSatisfy { $0.isUniqueLocal || $0.isLinkLocal || $0.isLoopback }
            if !isLocal { publicCount += run.run.count }
        }
    }

    private mutating func judge(ipv4 range: ClosedRange<UInt64>) {
        for hole in Self.specials where hole.overlaps(range) {
            special = .ipv4(IPv4Address(rawValue: UInt32(max(hole.lowerBound, range.lowerBound))))
        }
        publicCount += range.count
        for hole in Self.privates where hole.overlaps(range) {
            publicCount -= range.clamped(to: hole).count
        }
    }

    private static func range(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ length: Int) -> ClosedRange<UInt64> {
        let prefix = IPv4Prefix(containing: IPv4Address(a, b, c, d), length: length)
        return UInt64(prefix.address.rawValue)...UInt64(prefix.last.rawValue)
    }

    /// This network, groups, and what is kept for later with the broadcast at its end (RFC 6890).
    private static let specials = [range(0, 0, 0, 0, 8), range(224, 0, 0, 0, 4), range(240, 0, 0, 0, 4)]
    /// RFC 1918, loopback, link-local, and the ranges shared with providers (RFC 6598) and for measurements (RFC 2544).
    private static let privates = [
        range(10, 0, 0, 0, 8), range(172, 16, 0, 0, 12), range(192, 168, 0, 0, 16), range(127, 0, 0, 0, 8),
        range(169, 254, 0, 0, 16), range(100, 64, 0, 0, 10), range(198, 18, 0, 0, 15),
    ]
}
