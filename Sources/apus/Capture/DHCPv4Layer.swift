import DHCP
import Settings
import Wire

/// Shows DHCPv4 messages.
enum DHCPv4Layer {
    static func layer(_ message: DHCPv4.Message) throws(WireError) -> DecodedLayer {
        let header = message.header
        let type = try message.options.read(DHCPv4.MessageType.self)
        var text = "\(type.map(name) ?? "BOOTP"), XID 0x\(header.transactionID.hexadecimal)"
        var fields: [(String, JSON)] = [
            ("type", type.map { .integer(Int($0.rawValue)) } ?? .null),
            ("transactionID", .integer(Int(header.transactionID))),
            ("hardwareAddress", .string(hardwareAddress(header))),
            ("clientAddress", .string("\(header.clientAddress)")),
            ("yourAddress", .string("\(header.yourAddress)")),
            ("gatewayAddress", .string("\(header.gatewayAddress)")),
        ]
        if header.operation == .request { text += ", of \(hardwareAddress(header))" }
        if header.clientAddress.rawValue != 0 { text += ", client \(header.clientAddress)" }
        if header.yourAddress.rawValue != 0 { text += ", your address \(header.yourAddress)" }
        if header.gatewayAddress.rawValue != 0 { text += ", relayed by \(header.gatewayAddress)" }
        if let wanted = try message.options.read(DHCPv4.RequestedAddress.self) {
            text += ", requests \(wanted.address)"
            fields.append(("requestedAddress", .string("\(wanted.address)")))
        }
        if let server = try message.options.read(DHCPv4.ServerIdentifier.self) {
            text += ", server \(server.address)"
            fields.append(("serverIdentifier", .string("\(server.address)")))
        }
        if let lease = try message.options.read(DHCPv4.LeaseTime.self) { text += ", lease \(lease.time.text)" }
        if let host = try message.options.read(DHCPv4.HostName.self) { text += ", host \(host.text)" }
        if let words = try message.options.read(DHCPv4.MessageText.self) { text += ", \"\(words.text)\"" }
        let options = message.options.raw.map { (raw: $0, value: value($0)) }
        fields.append(
            (
                "options",
                .array(
                    options.map {
                        .object([
                            ("code", .integer(Int($0.raw.code.rawValue))), ("name", .string($0.raw.code.name)),
                            ("value", .string($0.value)),
                        ])
                    })
            ))
        var layer = DecodedLayer(.message, "DHCPv4", text, fields: fields)
        layer.details = [
            "hops \(header.hops), \(header.seconds) s, "
                + (header.isBroadcast ? "wants answers to everybody" : "flags 0x\(header.flags.hexadecimal)")
        ]
        if header.nextServerAddress.rawValue != 0 { layer.details[0] += ", next server \(header.nextServerAddress)" }
        layer.details += options.map { "\($0.raw.code.name) (\($0.raw.code.rawValue)): \($0.value)" }
        return layer
    }

    private static func name(_ type: DHCPv4.MessageType) -> String {
        // RFC 2132, 9.6, and RFC 3203.
        let names = ["DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM", "FORCERENEW"]
        let number = Int(type.rawValue) - 1
        return names.indices.contains(number) ? names[number] : "type \(type.rawValue)"
    }

    private static func hardwareAddress(_ header: DHCPv4.Header) -> String {
        let address = header.hardwareAddress
        return (0..<address.count).map {
            UInt8(truncatingIfNeeded: address.rawValue >> UInt128(120 - 8 * $0)).hexadecimal
        }
        .joined(separator: ":")
    }

    /// What an option says; in hexadecimal if it has no type here, or breaks the rules of its own.
    private static func value(_ raw: DHCPv4.RawOption) -> String {
        let type = DHCPv4.optionTypes.first { $0.code == raw.code }
        guard let type, let option = read(type, raw) else { return raw.value.shortHexadecimal }
        switch option {
        case let option as any DHCPv4.AddressOption: return "\(option.address)"
        case let option as any DHCPv4.AddressListOption:
            return option.addresses.map { "\($0)" }.joined(separator: " ")
        case let option as any DHCPv4.TextOption: return option.text
        case let option as any DHCPv4.LifetimeOption: return option.time.text
        case let option as DHCPv4.MessageType: return name(option)
        case let option as DHCPv4.ParameterRequestList:
            return option.codes.map { "\($0.rawValue)" }.joined(separator: " ")
        case let option as DHCPv4.ClientIdentifier:
            if let duid = option.duid { return "DUID \(duid)" }
            return "type \(option.type), \(option.identifier.map(\.hexadecimal).joined(separator: ":"))"
        case let option as DHCPv4.MaximumMessageSize: return option.octets.description
        case let option as DHCPv4.InterfaceMTU: return option.octets.description
        case let option as DHCPv4.TimeOffset: return "\(option.seconds) s"
        case let option as DHCPv4.DomainSearch: return option.domains.map { "\($0)" }.joined(separator: " ")
        case let option as DHCPv4.ClasslessStaticRoutes:
            return option.routes.map { "\($0.destination) by \($0.router)" }.joined(separator: ", ")
        case let option as DHCPv4.ClientFQDN:
            return option.name.map { "\($0.domain)" } ?? option.octets.shortHexadecimal
        case let option as DHCPv4.RelayAgentInformation:
            return option.suboptions.map { "\($0.code.rawValue): \($0.value.shortHexadecimal)" }
                .joined(separator: ", ")
        case let option as DHCPv4.ClientArchitecture:
            return option.architectures.map { "\($0.rawValue)" }.joined(separator: " ")
        default: return raw.value.isEmpty ? "yes" : raw.value.shortHexadecimal
        }
    }

    private static func read<Option: DHCPv4.Option>(_: Option.Type, _ raw: DHCPv4.RawOption) -> (any DHCPv4.Option)? {
        try? Option(readingAll: raw.value.span.octets)
    }
}
