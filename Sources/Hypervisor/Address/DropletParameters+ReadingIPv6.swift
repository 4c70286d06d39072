import DHCP
import ServiceAPI
import Wire

extension DropletParameters.IPv6 {
    init(reading message: Apus_Hvaddr_V1_IPv6, for droplet: DropletParameters) throws(ParameterError) {
        self.init()
        try ParameterReader.limit(message.addresses.count, "ipv6.addresses")
        for (index, text) in message.addresses.enumerated() {
            let field = "ipv6.addresses[\(index)]"
            let (address, prefix) = try ParameterReader.ipv6WithPrefix(text, field)
            guard !addresses.contains(where: { $0.address == address }) else {
                throw ParameterError(field, "it is there twice")
            }
            addresses.append(Address(address, in: prefix))
        }
        try ParameterReader.limit(message.delegatedPrefixes.count, "ipv6.delegated_prefixes")
        for (index, text) in message.delegatedPrefixes.enumerated() {
            let field = "ipv6.delegated_prefixes[\(index)]"
            guard let prefix = IPv6Prefix(text), (16...64).contains(prefix.length), !prefix.address.isMulticast,
                !prefix.address.isLinkLocal
            else { throw ParameterError(field, "it is a prefix of 16 to 64 bits such as 2001:db8:100::/56") }
            guard !delegated.contains(where: { $0.contains(prefix) || prefix.contains($0) }),
                !addresses.contains(where: { prefix.contains($0.prefix) || $0.prefix.contains(prefix) })
            else { throw ParameterError(field, "it overlaps another prefix of the droplet") }
            delegated.append(prefix)
        }
        guard !addresses.isEmpty || !delegated.isEmpty else {
            throw ParameterError("ipv6.addresses", "there is neither an address nor a delegated prefix")
        }
        if !message.gateway.isEmpty {
            guard let gateway = IPv6Address(message.gateway), ParameterReader.isUsable(gateway) || gateway.isLinkLocal
            else { throw ParameterError("ipv6.gateway", "it is an address such as fe80::1 or 2001:db8::1") }
            guard !addresses.contains(where: { $0.address == gateway }) else {
                throw ParameterError("ipv6.gateway", "it is the droplet's own address")
            }
            self.gateway = gateway
        }
        try readTimes(message)
        if !message.routerAdvertisement.disabled {
            router = try router(message.routerAdvertisement, for: droplet)
        }
    }

    private mutating func readTimes(_ message: Apus_Hvaddr_V1_IPv6) throws(ParameterError) {
        if message.validSeconds != 0 {
            guard message.validSeconds >= 60 else { throw ParameterError("ipv6.valid_seconds", "it is 60 at least") }
            valid = message.validSeconds
        }
        preferred = message.preferredSeconds == 0 ? max(valid / 2, 1) : message.preferredSeconds
        guard preferred <= valid else {
            throw ParameterError("ipv6.preferred_seconds", "it is not more than valid_seconds, \(valid)")
        }
    }

    private func router(
        _ message: Apus_Hvaddr_V1_RouterAdvertisement, for droplet: DropletParameters
    ) throws(ParameterError) -> RouterConfiguration {
        let name = "ipv6.router_advertisement"
        var router = RouterConfiguration()
        router.isManaged = message.hasManaged ? message.managed : true
        router.hasOtherConfiguration = message.hasOther ? message.other : true
        let interval = message.intervalSeconds == 0 ? 600 : Int64(message.intervalSeconds)
        guard (4...1800).contains(interval) else {
            throw ParameterError("\(name).interval_seconds", "it is 4 to 1800")
        }
        router.maximumInterval = .seconds(interval)
        router.minimumInterval = .seconds(max(3, interval / 3))
        guard let lifetime = UInt16(exactly: message.hasRouterLifetimeSeconds ? message.routerLifetimeSeconds : 1800),
            lifetime == 0 || (Int64(lifetime) >= interval && lifetime <= 9000)
        else {
            throw ParameterError("\(name).router_lifetime_seconds", "it is 0, or \(interval), the interval, to 9000")
        }
        router.lifetime = lifetime
        guard message.hopLimit <= 255 else { throw ParameterError("\(name).hop_limit", "it is up to 255") }
        router.hopLimit = message.hopLimit == 0 ? 64 : UInt8(message.hopLimit)
        router.reachableTime = message.reachableMilliseconds
        router.retransmissionTimer = message.retransmitMilliseconds
        router.preference =
            switch message.preference {
            case .high: .high
            case .low: .low
            case .medium: .medium
            case .UNRECOGNIZED: throw ParameterError("\(name).preference", "it is MEDIUM, HIGH or LOW")
            }
        router.mtu = droplet.mtu.map { UInt32($0) }
        router.dnsServers = droplet.dnsServers6
        router.dnsSearchList = droplet.searchDomains
        var flags: NDP.PrefixInformation.Flags = []
        if message.onLink { flags.insert(.onLink) }
        if message.autonomous { flags.insert(.autonomous) }
        for address in addresses where !flags.isEmpty {
            var prefix = RouterConfiguration.Prefix(address.prefix)
            (prefix.flags, prefix.valid, prefix.preferred) = (
                flags, Lifetime(rawValue: valid), Lifetime(rawValue: preferred)
            )
            if !router.prefixes.contains(where: { $0.prefix == prefix.prefix }) { router.prefixes.append(prefix) }
        }
        if let problem = router.problem { throw Self.error(problem, name) }
        return router
    }

    private static func error(_ problem: RouterConfiguration.Problem, _ name: String) -> ParameterError {
        switch problem {
        case .mtu: ParameterError("mtu", "it is 1280 at least where there is IPv6")
        case .reachableTime: ParameterError("\(name).reachable_milliseconds", "it is up to an hour")
        case .autonomousLength(let prefix):
            ParameterError("\(name).autonomous", "\(prefix) does not have 64 bits, so no addresses are made of it")
        default: ParameterError(name, "it breaks a rule of RFC 4861: \(problem)")
        }
    }
}
