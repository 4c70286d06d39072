package import Wire

extension RouterConfiguration {
    /// A rule that a configuration breaks.
    package enum Problem: Error, Equatable, Sendable {
        /// The longest interval is not 4 to 1800 seconds.
        case maximumInterval
        /// The shortest interval is under 3 seconds, or over three quarters of the longest.
        case minimumInterval
        /// The router's lifetime is neither 0 nor from the longest interval to 9000 seconds.
        case lifetime
        /// The reachable time is over an hour.
        case reachableTime
        /// The MTU is under 1280, which IPv6 asks for.
        case mtu
        /// A prefix is preferred for longer than it is valid.
        case preferredLifetime(IPv6Prefix)
        /// A prefix is link-local, or of groups.
        case prefix(IPv6Prefix)
        /// Addresses are made of a prefix of 64 bits (RFC 4862, 5.5.3; RFC 2464, 5).
        case autonomousLength(IPv6Prefix)
        /// The same prefix, or route, comes twice.
        case duplicate(IPv6Prefix)
        /// There are more than 64 of a kind.
        case tooMany
        /// A NAT64 prefix does not have 32, 40, 48, 56, 64 or 96 bits.
        case nat64Length
        /// The captive portal's URI is empty, over 1,024 octets, or ends in a zero.
        case captivePortal
        /// A domain is the root.
        case domain
        /// There are more than three farewells, or fewer than none.
        case farewells
    }

    /// The most of a kind: prefixes, routes, servers and domains.
    package static let limit = 64

    /// The most octets of a captive portal's URI, which fits into an advertisement on any link.
    package static let uriLimit = 1024

    /// Finds the first rule that is broken; nil if all hold (RFC 4861, 6.2.1).
    package var problem: Problem? {
        guard .seconds(4)...(.seconds(1800)) ~= maximumInterval else { return .maximumInterval }
        guard minimumInterval >= .seconds(3),
            minimumInterval <= maximumInterval * 3 / 4 || minimumInterval == .seconds(3)
        else { return .minimumInterval }
        guard lifetime == 0 || (lifetime <= 9000 && .seconds(Int64(lifetime)) >= maximumInterval) else {
            return .lifetime
        }
        guard reachableTime <= 3_600_000 else { return .reachableTime }
        guard mtu.map({ $0 >= 1280 }) ?? true else { return .mtu }
        guard (0...3).contains(farewells) else { return .farewells }
        return listProblem ?? optionProblem
    }

    private var listProblem: Problem? {
        guard [prefixes.count, routes.count, dnsServers.count, dnsSearchList.count].allSatisfy({ $0 <= Self.limit })
        else { return .tooMany }
        for prefix in prefixes {
            guard !prefix.prefix.address.isLinkLocal, !prefix.prefix.address.isMulticast else {
                return .prefix(prefix.prefix)
            }
            guard prefix.preferred <= prefix.valid else { return .preferredLifetime(prefix.prefix) }
            guard !prefix.flags.contains(.autonomous) || prefix.prefix.length == 64 else {
                return .autonomousLength(prefix.prefix)
            }
        }
        for list in [prefixes.map(\.prefix), routes.map(\.prefix)] {
            var seen: Set<IPv6Prefix> = []
            for prefix in list where !seen.insert(prefix).inserted { return .duplicate(prefix) }
        }
        return nil
    }

    private var optionProblem: Problem? {
        if let nat64Prefix, !NDP.NAT64Prefix.lengths.contains(nat64Prefix.length) { return .nat64Length }
        if let captivePortal {
            guard (1...Self.uriLimit).contains(captivePortal.utf8.count), captivePortal.utf8.last != 0 else {
                return .captivePortal
            }
        }
        return dnsSearchList.contains(.root) ? .domain : nil
    }
}
