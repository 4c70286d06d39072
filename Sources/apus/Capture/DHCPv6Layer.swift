import DHCP
import Settings
import Wire

/// Shows DHCPv6 messages.
enum DHCPv6Layer {
    static func layer(_ relayed: DHCPv6.Relayed) -> DecodedLayer {
        let message = relayed.message
        // RFC 8415, 7.3.
        let names = [
            "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE",
            "RECONFIGURE", "INFORMATION-REQUEST",
        ]
        let number = Int(message.type.rawValue)
        var text = names.indices.contains(number - 1) ? names[number - 1] : "type \(number)"
        text += ", transaction 0x\(message.transactionID.hexadecimal.dropFirst(2))"
        for relay in relayed.relays { text += ", relayed by \(relay.linkAddress) for \(relay.peerAddress)" }
        for value in leases(message.options) { text += ", \(value)" }
        if let status = try? message.options.read(DHCPv6.StatusCode.self) { text += ", \(words(status))" }
        var layer = DecodedLayer(
            .message, "DHCPv6", text,
            fields: [
                ("type", .integer(number)), ("transactionID", .integer(Int(message.transactionID))),
                ("relays", .integer(relayed.relays.count)),
                (
                    "options",
                    .array(
                        message.options.raw.map {
                            .object([
                                ("code", .integer(Int($0.code.rawValue))), ("name", .string($0.code.name)),
                                ("value", .string(value($0))),
                            ])
                        })
                ),
            ])
        layer.details = message.options.raw.map { "\($0.code.name) (\($0.code.rawValue)): \(value($0))" }
        return layer
    }

    /// Addresses and prefixes in the associations.
    private static func leases(_ options: DHCPv6.Options) -> [String] {
        options.raw.flatMap { raw -> [String] in
            switch option(raw) {
            case let option as DHCPv6.IdentityAssociation: leases(option.options)
            case let option as DHCPv6.TemporaryAddresses: leases(option.options)
            case let option as DHCPv6.PrefixDelegation: leases(option.options)
            case let option as DHCPv6.IdentityAssociationAddress: ["\(option.address)"]
            case let option as DHCPv6.IdentityAssociationPrefix: ["\(option.prefix)"]
            default: []
            }
        }
    }

    private static func option(_ raw: DHCPv6.RawOption) -> (any DHCPv6.Option)? {
        DHCPv6.optionTypes.first { $0.code == raw.code }.flatMap { read($0, raw) }
    }

    /// What an option says; in hexadecimal if it has no type here, or breaks the rules of its own.
    private static func value(_ raw: DHCPv6.RawOption) -> String {
        guard let option = option(raw) else { return raw.value.shortHexadecimal }
        switch option {
        case let option as any DHCPv6.DUIDOption: return "\(option.duid)"
        case let option as any DHCPv6.AddressListOption:
            return option.addresses.map { "\($0)" }.joined(separator: " ")
        case let option as any DHCPv6.DomainListOption:
            return option.domains.map { "\($0)" }.joined(separator: " ")
        case let option as DHCPv6.InterfaceIdentifier: return option.octets.shortHexadecimal
        case let option as DHCPv6.SubscriberIdentifier: return option.octets.shortHexadecimal
        case let option as any DHCPv6.OctetsOption: return option.text
        case let option as DHCPv6.OptionRequest:
            return option.codes.map { "\($0.rawValue)" }.joined(separator: " ")
        case let option as DHCPv6.ElapsedTime: return "\(Int(option.hundredths) * 10) ms"
        case let option as DHCPv6.Preference: return option.value.description
        case let option as DHCPv6.StatusCode: return words(option)
        case let option as DHCPv6.IdentityAssociation:
            return "IAID 0x\(option.identifier.hexadecimal), T1 \(option.renewal.text), T2 \(option.rebinding.text)"
                + inner(option.options)
        case let option as DHCPv6.TemporaryAddresses:
            return "IAID 0x\(option.identifier.hexadecimal)" + inner(option.options)
        case let option as DHCPv6.PrefixDelegation:
            return "IAID 0x\(option.identifier.hexadecimal), T1 \(option.renewal.text), T2 \(option.rebinding.text)"
                + inner(option.options)
        case let option as DHCPv6.IdentityAssociationAddress:
            return "\(option.address), preferred \(option.preferred.text), valid \(option.valid.text)"
                + inner(option.options)
        case let option as DHCPv6.IdentityAssociationPrefix:
            return "\(option.prefix), preferred \(option.preferred.text), valid \(option.valid.text)"
                + inner(option.options)
        case let option as DHCPv6.ClientFQDN:
            return option.name.map { "\($0.domain)" } ?? option.octets.shortHexadecimal
        case let option as DHCPv6.ClientLinkLayerAddress:
            return option.macAddress.map { "\($0)" } ?? option.address.shortHexadecimal
        case let option as DHCPv6.InformationRefreshTime: return option.time.text
        default: return raw.value.isEmpty ? "yes" : raw.value.shortHexadecimal
        }
    }

    /// The options inside an option, which hold no others but one deeper: an association, an address, a status.
    private static func inner(_ options: DHCPv6.Options) -> String {
        guard !options.raw.isEmpty else { return "" }
        return " { " + options.raw.map { "\($0.code.name): \(value($0))" }.joined(separator: "; ") + " }"
    }

    private static func words(_ status: DHCPv6.StatusCode) -> String {
        // IANA, "DHCPv6 Status Codes".
        let names = [
            "Success", "UnspecFail", "NoAddrsAvail", "NoBinding", "NotOnLink", "UseMulticast", "NoPrefixAvail",
        ]
        let number = Int(status.status.rawValue)
        let name = names.indices.contains(number) ? names[number] : "status \(number)"
        return status.text.isEmpty ? name : "\(name) (\(status.text))"
    }

    private static func read<Option: DHCPv6.Option>(_: Option.Type, _ raw: DHCPv6.RawOption) -> (any DHCPv6.Option)? {
        try? Option(readingAll: raw.value.span.octets)
    }
}
