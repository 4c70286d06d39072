import DHCP
import Settings
import Wire

/// Compares the values of a file with each other, resolves its names, and makes a configuration of them.
///
/// What a value lacks because of an earlier mistake is not reported again.
struct ConfigurationCheck {
    var reader: Reader
    let draft: ConfigurationDraft

    /// What was seen already, and where.
    private var links: [ServerConfiguration.LinkSetting: Place] = [:]
    private var subnets: [(prefix: IPv4Prefix, place: Place)] = []

    init(_ draft: ConfigurationDraft, _ reader: Reader) {
        (self.draft, self.reader) = (draft, reader)
    }

    /// The configuration, which may be used only if the reader has counted no errors.
    mutating func configuration() -> ServerConfiguration {
        var result = ServerConfiguration()
        result.leases = draft.leases
        result.control = draft.control
        result.metrics = draft.metrics
        result.traces = draft.traces
        result.queue = draft.limits.queue
        result.queueTime = Int(draft.limits.queueTime / .milliseconds(1))
        result.v4.isAuthoritative = draft.isAuthoritative
        result.v4.checksHardwareSource = draft.limits.checksHardwareSource
        result.v4.limits = limits()
        result.v4.options = options(draft.options)
        result.v4.classes = draft.classes.map { clientClass($0) }
        for (index, named) in (draft.networks ?? []).enumerated() {
            result.networks.append(named.name.value)
            var network = DHCPv4.Network(name: named.name.value)
            if let draft = named.value {
                if named.isSound, draft.interfaces.isEmpty, draft.relays.isEmpty, draft.subnets.isEmpty,
                    draft.subnets6.isEmpty
                {
                    reader.report(
                        .missingKey, "network '\(named.name.value)' has neither an interface nor a subnet",
                        at: named.name.place)
                }
                fill(&network, from: draft)
                addLinks(draft.interfaces, network: index, to: &result)
            }
            result.v4.networks.append(network)
        }
        fill6(&result)
        return result
    }

    private func limits() -> DHCPv4.Limits {
        var limits = DHCPv4.Limits()
        let draft = draft.limits
        (limits.rate, limits.burst, limits.declines) = (draft.rate, draft.burst, draft.declines)
        limits.declineWindow = Self.seconds(draft.declineWindow)
        limits.quarantine = Self.seconds(draft.quarantine)
        limits.quarantineShare = draft.quarantineShare
        limits.offer = Self.seconds(draft.offer)
        return limits
    }

    static func seconds(_ duration: Duration) -> UInt32 { UInt32(clamping: duration.components.seconds) }

    private mutating func addLinks(
        _ interfaces: [Placed<ConfigurationDraft.Interface>], network: Int, to result: inout ServerConfiguration
    ) {
        for interface in interfaces {
            guard let name = interface.value.name else { continue }
            // The key is the link alone: two networks on one link could not be told apart.
            let key = ServerConfiguration.LinkSetting(
                interface: name, vlan: UInt16(interface.value.vlan), network: 0)
            if let first = links[key] {
                reader.report(
                    .conflict, "another network is on interface '\(name)' already", at: interface.place,
                    notes: [("it is here", first)])
                continue
            }
            links[key] = interface.place
            result.links.append(
                ServerConfiguration.LinkSetting(interface: name, vlan: UInt16(interface.value.vlan), network: network))
        }
    }

    private mutating func fill(_ network: inout DHCPv4.Network, from draft: ConfigurationDraft.Network) {
        network.serverIdentifier = draft.server?.value
        network.relays = draft.relays
        network.trustsRelayInformation = draft.trustsRelayInformation
        network.ignoresClientIdentifiers = draft.ignoresClientIdentifiers
        network.allowsForceRenew = draft.allowsForceRenew
        network.options = options(draft.options)
        var matches: [DHCPv4.Reservation.Match: Place] = [:]
        for placed in draft.subnets {
            guard let prefix = placed.value.prefix else { continue }
            if let other = subnets.first(where: { $0.prefix.contains(prefix) || prefix.contains($0.prefix) }) {
                reader.report(
                    .conflict, "subnet \(prefix) overlaps with subnet \(other.prefix)", at: placed.place,
                    notes: [("that one is here", other.place)])
                continue
            }
            subnets.append((prefix, placed.place))
            network.subnets.append(subnet(placed.value, prefix, &matches))
        }
    }

    private mutating func clientClass(_ named: Named<ConfigurationDraft.Class>) -> DHCPv4.ClientClass {
        var result = DHCPv4.ClientClass(name: named.name.value)
        guard let draft = named.value else { return result }
        result.vendorClasses = draft.vendorClasses.map { Array($0.utf8) }
        result.userClasses = draft.userClasses.map { Array($0.utf8) }
        result.architectures = draft.architectures
        result.hardwarePrefixes = draft.hardwarePrefixes
        result.circuitIdentifiers = draft.circuitIdentifiers
        result.remoteIdentifiers = draft.remoteIdentifiers
        result.options = options(draft.options)
        result.boot = draft.boot
        result.times = draft.lease.map { times($0.value, at: $0.place) }
        let isAnybody =
            draft.vendorClasses.isEmpty && draft.userClasses.isEmpty && draft.architectures.isEmpty
            && draft.hardwarePrefixes.isEmpty && draft.circuitIdentifiers.isEmpty && draft.remoteIdentifiers.isEmpty
        if named.isSound, isAnybody {
            reader.report(
                .missingKey, "class '\(named.name.value)' has no condition, so that every client would be of it",
                at: named.name.place)
        }
        return result
    }

    /// Options as octets, the named ones in the order of their codes; those by number may not repeat them.
    mutating func options(_ draft: ConfigurationDraft.Options) -> [DHCPv4.RawOption] {
        var result = draft.values.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            DHCPv4.RawOption(code: $0.key, value: $0.value)
        }
        for placed in draft.custom {
            let custom = placed.value
            guard let number = custom.code else { continue }
            let code = DHCPv4.OptionCode(rawValue: UInt8(number))
            let values = [
                custom.addresses, custom.text, custom.hex, custom.names, custom.flag, custom.octet, custom.short,
                custom.number,
            ].compactMap { $0 }
            guard values.count == 1 else {
                if placed.isSound {
                    reader.report(
                        .conflict,
                        "beside 'code' stands exactly one of addresses, text, hex, names, flag, uint8,"
                            + " uint16 and uint32", at: placed.place)
                }
                continue
            }
            if Self.reserved.contains(code) {
                reader.report(.conflict, "option \(number) is the server's to decide", at: placed.place)
            } else if result.contains(where: { $0.code == code }) {
                reader.report(.duplicateKey, "option \(number) is given twice", at: placed.place)
            } else {
                result.append(DHCPv4.RawOption(code: code, value: values[0]))
            }
        }
        return result
    }

    /// Options that follow from the protocol's course, which a file cannot set.
    private static let reserved: Set<DHCPv4.OptionCode> = [
        .requestedAddress, .leaseTime, .optionOverload, .messageType, .serverIdentifier, .parameterRequestList,
        .message, .maximumMessageSize, .renewalTime, .rebindingTime, .clientIdentifier, .rapidCommit, .clientFQDN,
        .relayAgentInformation, .authentication, .subnetSelection, .forcerenewNonceCapable,
    ]
}
