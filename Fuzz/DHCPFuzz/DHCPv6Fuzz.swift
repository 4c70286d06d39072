import DHCP
import Wire

/// DHCPv6, relayed or not.
enum DHCPv6Fuzz {
    static func run(_ octets: [UInt8]) {
        var rest = octets.span.octets
        if let relay = try? DHCPv6.RelayMessage(reading: &rest) {
            let again = written(relay.size) { relay.write(to: &$0) }
            precondition(again == octets, "a relay agent's message is written as it was")
            for type in DHCPv6.optionTypes { check(type, relay.options) }
        }
        rest = octets.span.octets
        guard let relayed = try? DHCPv6.Relayed(reading: &rest) else { return }
        let size = relayed.size
        let again = written(size) { relayed.write(to: &$0) }
        precondition(again.count == size && size == octets.count, "a message takes what it says")
        rest = again.span.octets
        precondition((try? DHCPv6.Relayed(reading: &rest)) == relayed, "it reads again as the same")
        for type in DHCPv6.optionTypes { check(type, relayed.message.options) }
    }

    private static func check<Option: DHCPv6.Option>(_: Option.Type, _ options: DHCPv6.Options, depth: Int = 0) {
        for raw in options.raw where raw.code == Option.code {
            guard let option = try? Option(readingAll: raw.value.span.octets) else { continue }
            let size = option.size
            let again = written(size) { option.write(to: &$0) }
            precondition(again.count == size, "an option takes what it says")
            precondition((try? Option(readingAll: again.span.octets)) == option, "it reads again as the same")
            if let name = option as? DHCPv6.ClientFQDN { _ = name.name }
            if let client = option as? DHCPv6.ClientIdentifier { _ = client.duid.kind }
            guard depth < 3, let inner = inner(option) else { continue }
            for type in DHCPv6.optionTypes { check(type, inner, depth: depth + 1) }
        }
    }

    /// The options inside an option.
    private static func inner(_ option: any DHCPv6.Option) -> DHCPv6.Options? {
        switch option {
        case let option as DHCPv6.IdentityAssociation: option.options
        case let option as DHCPv6.TemporaryAddresses: option.options
        case let option as DHCPv6.PrefixDelegation: option.options
        case let option as DHCPv6.IdentityAssociationAddress: option.options
        case let option as DHCPv6.IdentityAssociationPrefix: option.options
        default: nil
        }
    }
}
