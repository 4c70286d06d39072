package import Wire

/// Something a router said that hosts remember for a time, by what they tell it from others.
package enum AdvertisedItem: Hashable, Sendable {
    case prefix(IPv6Prefix, NDP.PrefixInformation.Flags)
    case route(IPv6Prefix)
    case dnsServer(IPv6Address)
    case domain(DomainName)
    case nat64(IPv6Prefix)

    /// The option that takes it back, when hosts would remember it for so much longer.
    ///
    /// A prefix stays valid for what is left of its time, so that connections end in peace, but nothing new is to use
    /// it (RFC 9096, 3.5); hosts would not believe us a shorter one than two hours anyway (RFC 4862, 5.5.3).
    func withdrawal(remaining: Lifetime) -> NDP.RawOption {
        switch self {
        case .prefix(let prefix, let flags):
            NDP.RawOption(NDP.PrefixInformation(prefix, flags: flags, valid: remaining, preferred: .zero))
        case .route(let prefix): NDP.RawOption(NDP.RouteInformation(prefix, lifetime: .zero))
        case .dnsServer(let address): NDP.RawOption(NDP.RecursiveDNSServers([address], lifetime: .zero))
        case .domain(let domain): NDP.RawOption(NDP.DNSSearchList([domain], lifetime: .zero))
        case .nat64(let prefix): NDP.RawOption(NDP.NAT64Prefix(prefix, seconds: 0))
        }
    }
}

extension RouterConfiguration {
    /// Three times the longest interval, so that two advertisements may be lost.
    private var threeIntervals: Lifetime { .seconds(UInt32(3 * maximumInterval.components.seconds)) }

    /// How long name servers and domains may be used.
    var effectiveDNSLifetime: Lifetime { dnsLifetime ?? threeIntervals }

    /// How long a route holds.
    func lifetime(of route: Route) -> Lifetime { route.lifetime ?? threeIntervals }

    /// How long the NAT64 prefix may be used, in seconds: a multiple of eight (RFC 8781, 4.1).
    var nat64Seconds: Int { min(NDP.NAT64Prefix.longest, (Int(threeIntervals.rawValue) + 7) / 8 * 8) }

    /// What hosts will remember of an advertisement, and for how long.
    var items: [(item: AdvertisedItem, lifetime: Lifetime)] {
        var items: [(AdvertisedItem, Lifetime)] = prefixes.map { (.prefix($0.prefix, $0.flags), $0.valid) }
        items += routes.map { (.route($0.prefix), lifetime(of: $0)) }
        items += dnsServers.map { (.dnsServer($0), effectiveDNSLifetime) }
        items += dnsSearchList.map { (.domain($0), effectiveDNSLifetime) }
        if let nat64Prefix { items.append((.nat64(nat64Prefix), .seconds(UInt32(nat64Seconds)))) }
        return items
    }
}
