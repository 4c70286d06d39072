import Wire

extension RouterConfiguration {
    /// The most octets of a message: what any link takes in one packet, since fragments are refused (RFC 6980).
    static let messageLimit = 1280 - IPv6Header.size

    /// The options that the configuration asks for, in their order.
    private var options: [NDP.RawOption] {
        var options: [NDP.RawOption] = []
        if let mtu { options.append(NDP.RawOption(NDP.MTU(mtu))) }
        for prefix in prefixes {
            options.append(
                NDP.RawOption(
                    NDP.PrefixInformation(
                        prefix.prefix, flags: prefix.flags, valid: prefix.valid, preferred: prefix.preferred)))
        }
        for route in routes {
            options.append(
                NDP.RawOption(
                    NDP.RouteInformation(
                        route.prefix, preference: route.preference, lifetime: lifetime(of: route))))
        }
        if !dnsServers.isEmpty {
            options.append(NDP.RawOption(NDP.RecursiveDNSServers(dnsServers, lifetime: effectiveDNSLifetime)))
        }
        options += searchLists
        if let nat64Prefix { options.append(NDP.RawOption(NDP.NAT64Prefix(nat64Prefix, seconds: nat64Seconds))) }
        if let captivePortal { options.append(NDP.RawOption(NDP.CaptivePortal(uri: Array(captivePortal.utf8)))) }
        return options
    }

    /// The search list in options that are not too long for a message.
    private var searchLists: [NDP.RawOption] {
        var lists: [[DomainName]] = []
        var room = 0
        for domain in dnsSearchList {
            if domain.size > room {
                lists.append([])
                room = 1000
            }
            lists[lists.count - 1].append(domain)
            room -= domain.size
        }
        return lists.map { NDP.RawOption(NDP.DNSSearchList($0, lifetime: effectiveDNSLifetime)) }
    }

    /// The advertisements that say all of it and take back `withdrawals`: one, or several if that is more than a packet
    /// takes (RFC 4861, 6.2.3).
    ///
    /// `isFarewell` says that the router is none any more.
    func messages(
        from hardwareAddress: MACAddress, withdrawals: [NDP.RawOption], isFarewell: Bool
    ) -> [NDP.RouterAdvertisement] {
        var flags: NDP.RouterAdvertisement.Flags = []
        if isManaged { flags.insert(.managed) }
        if hasOtherConfiguration { flags.insert(.otherConfiguration) }
        var empty = NDP.RouterAdvertisement(
            currentHopLimit: hopLimit, flags: flags, routerLifetime: isFarewell ? 0 : lifetime,
            reachableTime: reachableTime, retransmissionTimer: retransmissionTimer,
            options: NDP.Options(NDP.SourceLinkLayerAddress(hardwareAddress)))
        // A router that is no default router has no preference among them (RFC 4191, 2.2).
        empty.preference = empty.routerLifetime == 0 ? .medium : preference
        var messages = [empty]
        for option in options + withdrawals {
            let last = messages[messages.count - 1]
            if NDP.Message.routerAdvertisement(last).size + option.framedSize > Self.messageLimit {
                messages.append(empty)
            }
            messages[messages.count - 1].options.append(option)
        }
        return messages
    }
}
