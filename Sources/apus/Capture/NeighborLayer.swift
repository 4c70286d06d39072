import Settings
import Wire

/// Shows Neighbor Discovery.
enum NeighborLayer {
    static func layer(_ message: NDP.Message) -> DecodedLayer {
        var fields: [(String, JSON)] = [("type", .integer(Int(message.type.rawValue)))]
        var text: String
        switch message {
        case .routerSolicitation: text = "asks for routers"
        case .routerAdvertisement(let router):
            text = router.routerLifetime == 0 ? "no default router" : "router for \(router.routerLifetime) s"
            text += ", hop limit \(router.currentHopLimit)"
            if router.flags.contains(.managed) { text += ", addresses by DHCPv6" }
            if router.flags.contains(.otherConfiguration) { text += ", other settings by DHCPv6" }
            fields += [
                ("routerLifetime", .integer(Int(router.routerLifetime))),
                ("managed", .boolean(router.flags.contains(.managed))),
                ("otherConfiguration", .boolean(router.flags.contains(.otherConfiguration))),
            ]
        case .neighborSolicitation(let neighbor):
            text = "who has \(neighbor.target)?"
            fields.append(("target", .string("\(neighbor.target)")))
        case .neighborAdvertisement(let neighbor):
            let address = try? neighbor.options.read(NDP.TargetLinkLayerAddress.self)?.macAddress
            text = "\(neighbor.target) is \(address.map { "at \($0)" } ?? "here")"
            let flags: [(NDP.NeighborAdvertisement.Flags, String)] = [
                (.router, "router"), (.solicited, "solicited"), (.override, "override"),
            ]
            text += flags.filter { neighbor.flags.contains($0.0) }.map { ", " + $0.1 }.joined()
            fields.append(("target", .string("\(neighbor.target)")))
        case .redirect(let redirect):
            text = "to \(redirect.destination) through \(redirect.target)"
            fields += [
                ("target", .string("\(redirect.target)")), ("destination", .string("\(redirect.destination)")),
            ]
        }
        let options = message.options.raw.map { option in (option.type.name, value(option)) }
        if case .routerAdvertisement = message {
            for case (NDP.OptionType.prefixInformation.name, let value) in options { text += ", \(value)" }
        }
        fields.append(
            (
                "options",
                .array(
                    zip(message.options.raw, options).map { raw, option in
                        .object([
                            ("type", .integer(Int(raw.type.rawValue))), ("name", .string(option.0)),
                            ("value", .string(option.1)),
                        ])
                    })
            ))
        var layer = DecodedLayer(.message, "NDP", text, fields: fields)
        layer.details = options.map { "\($0.0): \($0.1)" }
        return layer
    }

    /// What an option says; in hexadecimal if it has no type here, or breaks the rules of its own.
    private static func value(_ raw: NDP.RawOption) -> String {
        let type = NDP.optionTypes.first { $0.type == raw.type }
        guard let type, let option = read(type, raw) else { return raw.value.shortHexadecimal }
        switch option {
        case let option as NDP.SourceLinkLayerAddress: return option.macAddress.map { "\($0)" } ?? hex(option.octets)
        case let option as NDP.TargetLinkLayerAddress: return option.macAddress.map { "\($0)" } ?? hex(option.octets)
        case let option as NDP.PrefixInformation:
            let flags =
                (option.flags.contains(.onLink) ? ", on link" : "")
                + (option.flags.contains(.autonomous) ? ", autonomous" : "")
            return "\(option.prefix)\(flags), valid \(option.valid.text), preferred \(option.preferred.text)"
        case let option as NDP.MTU: return "\(option.octets)"
        case let option as NDP.RouteInformation:
            return "\(option.prefix), \(option.preference), \(option.lifetime.text)"
        case let option as NDP.RecursiveDNSServers:
            return option.addresses.map { "\($0)" }.joined(separator: " ") + ", \(option.lifetime.text)"
        case let option as NDP.DNSSearchList:
            return option.domains.map { "\($0)" }.joined(separator: " ") + ", \(option.lifetime.text)"
        case let option as NDP.CaptivePortal: return option.text
        case let option as NDP.NAT64Prefix: return "\(option.prefix), \(option.seconds) s"
        default: return hex(raw.value)
        }
    }

    private static func hex(_ octets: [UInt8]) -> String { octets.shortHexadecimal }

    private static func read<Option: NDP.Option>(_: Option.Type, _ raw: NDP.RawOption) -> (any NDP.Option)? {
        try? Option(readingAll: raw.value.span.octets)
    }
}
