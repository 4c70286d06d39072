import Link
import Settings
import Wire

/// Shows the link layer.
enum LinkLayers {
    static func layer(_ header: EthernetHeader, _ llc: LLCHeader?, _ snap: SNAPHeader?) -> DecodedLayer {
        var parts = ["\(header.source) > \(header.destination)"]
        var fields: [(String, JSON)] = [
            ("source", .string("\(header.source)")), ("destination", .string("\(header.destination)")),
        ]
        add([header.outerTag, header.innerTag].compactMap { $0 }, to: &parts, &fields)
        if let length = header.length {
            parts.append("IEEE 802.3, \(length.counted("octet"))")
            fields.append(("length", .integer(length)))
        } else {
            parts.append(name(header.type))
            fields.append(("type", .string("\(header.type)")))
        }
        if let llc {
            parts.append("LLC 0x\(llc.source.hexadecimal) > 0x\(llc.destination.hexadecimal)")
            fields.append(("dsap", .integer(Int(llc.destination))))
            fields.append(("ssap", .integer(Int(llc.source))))
        }
        if let snap {
            parts.append("SNAP \(snap.type)")
            fields.append(("snapType", .string("\(snap.type)")))
        }
        return DecodedLayer(.frame, "Ethernet", parts.joined(separator: ", "), fields: fields)
    }

    /// Linux's cooked header; `type` is that of what follows its tags.
    static func layer(_ header: CookedHeader, _ tags: [VLANTag], _ type: EtherType) -> DecodedLayer {
        let kinds: [PacketType: String] = [
            .host: "to this machine", .broadcast: "to everybody", .multicast: "to a group",
            .otherHost: "to another machine", .outgoing: "outgoing",
        ]
        var parts = [kinds[header.packetType] ?? "kind \(header.packetType.rawValue)"]
        if let source = header.source { parts[0] += ", from \(source)" }
        var fields: [(String, JSON)] = [
            ("packetType", .integer(Int(header.packetType.rawValue))),
            ("hardwareType", .integer(Int(header.hardwareType))),
            ("source", header.source.map { .string("\($0)") } ?? .null),
            ("interfaceIndex", header.interfaceIndex.map { .integer($0) } ?? .null),
        ]
        add(tags, to: &parts, &fields)
        parts.append(name(type))
        fields.append(("type", .string("\(type)")))
        var layer = DecodedLayer(.frame, "cooked", parts.joined(separator: ", "), fields: fields)
        layer.details = [
            "hardware type \(header.hardwareType)" + (header.interfaceIndex.map { ", interface \($0)" } ?? "")
        ]
        return layer
    }

    private static func add(_ tags: [VLANTag], to parts: inout [String], _ fields: inout [(String, JSON)]) {
        guard !tags.isEmpty else { return }
        for tag in tags {
            parts.append("VLAN \(tag.identifier)" + (tag.priority > 0 ? " priority \(tag.priority)" : ""))
        }
        let list = tags.map { tag in
            JSON.object([
                ("type", .string("\(tag.type)")), ("identifier", .integer(Int(tag.identifier))),
                ("priority", .integer(Int(tag.priority))), ("dropEligible", .boolean(tag.isDropEligible)),
            ])
        }
        fields.append(("vlan", .array(list)))
    }

    /// A type's name, or its number.
    static func name(_ type: EtherType) -> String {
        switch type {
        case .arp: "ARP"
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        case .lldp: "LLDP"
        case .eapol: "EAPOL"
        case .mplsUnicast: "MPLS"
        case .vlan, .serviceVLAN: "VLAN"
        default: "type \(type)"
        }
    }
}
