import DHCP
import Settings
import Wire

/// Compares what a file says of IPv6, and makes configurations of it.
extension ConfigurationCheck {
    mutating func fill6(_ result: inout ServerConfiguration) {
        result.duid = draft.dhcpv6.identifier
        result.v6.preference = draft.dhcpv6.preference.map { UInt8(clamping: $0) }
        result.v6.options = options6(draft.dhcpv6.options)
        result.v6.limits = limits6()
        result.v6.classes = draft.classes.map { class6($0) }
        var subnets: [(prefix: IPv6Prefix, place: Place)] = []
        var delegated: [(prefix: IPv6Prefix, place: Place)] = []
        for named in draft.networks ?? [] {
            var network = DHCPv6.Network(name: named.name.value)
            var router: ServerConfiguration.Router?
            if let draft = named.value {
                network.options = options6(draft.dhcpv6.options)
                network.interfaceIdentifiers = draft.dhcpv6.interfaceIdentifiers
                network.allowsRapidCommit = draft.dhcpv6.allowsRapidCommit
                network.allowsReconfigure = draft.dhcpv6.allowsReconfigure
                var matches: [DHCPv6.Reservation.Match: Place] = [:]
                for placed in draft.subnets6 {
                    guard let prefix = placed.value.prefix else { continue }
                    if let other = subnets.first(where: { $0.prefix.overlaps(prefix) }) {
                        reader.report(
                            .conflict, "subnet \(prefix) overlaps with subnet \(other.prefix)", at: placed.place,
                            notes: [("that one is here", other.place)])
                        continue
                    }
                    subnets.append((prefix, placed.place))
                    network.subnets.append(subnet6(placed.value, prefix, &matches, &delegated))
                }
                router = draft.router.map { self.router($0) }
            }
            result.v6.networks.append(network)
            result.routers.append(router)
        }
        for pool in delegated {
            guard let subnet = subnets.first(where: { $0.prefix.overlaps(pool.prefix) }) else { continue }
            reader.report(
                .conflict, "prefix pool \(pool.prefix) overlaps with subnet \(subnet.prefix)", at: pool.place,
                notes: [("that one is here", subnet.place)])
        }
    }

    private func limits6() -> DHCPv6.Limits {
        var limits = DHCPv6.Limits()
        let draft = draft.limits
        (limits.rate, limits.burst, limits.declines) = (draft.rate, draft.burst, draft.declines)
        limits.declineWindow = Self.seconds(draft.declineWindow)
        limits.quarantine = Self.seconds(draft.quarantine)
        limits.quarantineShare = draft.quarantineShare
        limits.stationRate = self.draft.dhcpv6.stationRate
        limits.leasesPerStation = self.draft.dhcpv6.leasesPerStation
        return limits
    }

    private mutating func class6(_ named: Named<ConfigurationDraft.Class>) -> DHCPv6.ClientClass {
        var result = DHCPv6.ClientClass(name: named.name.value)
        guard let draft = named.value else { return result }
        result.architectures = draft.architectures
        result.userClasses = draft.userClasses.map { Array($0.utf8) }
        result.vendorClasses = draft.vendorClasses.map { Array($0.utf8) }
        result.hardwarePrefixes = draft.hardwarePrefixes
        result.isForIPv4 = !draft.circuitIdentifiers.isEmpty || !draft.remoteIdentifiers.isEmpty
        result.options = options6(draft.options6)
        return result
    }

    private mutating func router(_ placed: Placed<ConfigurationDraft6.Router>) -> ServerConfiguration.Router {
        if let problem = placed.value.configuration.problem {
            reader.report(.conflict, "what is advertised cannot be: \(problem.text)", at: placed.place)
        }
        return ServerConfiguration.Router(
            configuration: placed.value.configuration, address: placed.value.address)
    }

    /// Options as octets, the named ones in the order of their codes; those by number may not repeat them.
    mutating func options6(_ draft: ConfigurationDraft6.Options) -> [DHCPv6.RawOption] {
        var result = draft.values.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            DHCPv6.RawOption(code: $0.key, value: $0.value)
        }
        for placed in draft.custom {
            let custom = placed.value
            guard let number = custom.code else { continue }
            let code = DHCPv6.OptionCode(rawValue: UInt16(number))
            let values = [custom.addresses, custom.text, custom.hex, custom.names].compactMap { $0 }
            guard values.count == 1 else {
                if placed.isSound {
                    reader.report(
                        .conflict, "beside 'code' stands exactly one of addresses, text, hex and names",
                        at: placed.place)
                }
                continue
            }
            if Self.reserved6.contains(code) {
                reader.report(.conflict, "option \(number) is the server's to decide", at: placed.place)
            } else if result.contains(where: { $0.code == code }) {
                reader.report(.duplicateKey, "option \(number) is given twice", at: placed.place)
            } else {
                result.append(DHCPv6.RawOption(code: code, value: values[0]))
            }
        }
        return result
    }

    /// Options that follow from the protocol's course, which a file cannot set.
    private static let reserved6: Set<DHCPv6.OptionCode> = [
        .clientIdentifier, .serverIdentifier, .identityAssociation, .temporaryAddresses, .identityAssociationAddress,
        .optionRequest, .preference, .elapsedTime, .relayMessage, .authentication, .serverUnicast, .statusCode,
        .rapidCommit, .interfaceIdentifier, .reconfigureMessage, .reconfigureAccept, .prefixDelegation,
        .identityAssociationPrefix, .clientFQDN, .prefixExclude,
    ]
}

extension IPv6Prefix {
    /// Whether they have an address in common.
    func overlaps(_ other: IPv6Prefix) -> Bool { contains(other) || other.contains(self) }
}

extension RouterConfiguration.Problem {
    /// What is wrong, for people.
    fileprivate var text: String {
        switch self {
        case .maximumInterval: "'interval' is 4s to 30m"
        case .minimumInterval: "'min_interval' is 3s to three quarters of 'interval'"
        case .lifetime: "'lifetime' is 0s, or 'interval' to 9000s"
        case .reachableTime: "a reachable time is up to an hour"
        case .mtu: "an MTU is 1280 or more"
        case .preferredLifetime(let prefix): "\(prefix) is preferred for longer than it is valid"
        case .prefix(let prefix): "\(prefix) is link-local, or of groups"
        case .autonomousLength(let prefix): "hosts make addresses of prefixes of 64 bits, not of \(prefix)"
        case .duplicate(let prefix): "\(prefix) is given twice"
        case .tooMany: "there are more than \(RouterConfiguration.limit) of a kind"
        case .nat64Length: "a NAT64 prefix has 32, 40, 48, 56, 64 or 96 bits"
        case .captivePortal: "the captive portal's URI is too long"
        case .domain: "the root is no domain to search"
        case .farewells: "there are up to three farewells"
        }
    }
}
