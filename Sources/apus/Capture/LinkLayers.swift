import Settings
import Wire

/// Shows the link layer.
enum LinkLayers {
    static func layer(_ header: EthernetHeader, _ llc: LLCHeader?, _ snap: SNAPHeader?) -> DecodedLayer {
        var parts = ["\(header.source) > \(header.destination)"]
        var fields: [(String, JSON)] = [
            ("source", .string("\(header.source)")), ("destination", .string("\(header.destination)")),
        ]
        let tags = [header.outerTag, header.innerTag].compactMap { $0 }
        for tag in tags {
            parts.append("VLAN \(tag.identifier)" + (tag.priority > 0 ? " priority \(tag.priority)" : ""))
        }
        if !tags.isEmpty {
            let list = tags.map { tag in
                JSON.object([
                    ("type", .string("\(tag.type)")), ("identifier", .integer(Int(tag.identifier))),
                    ("priority", .integer(Int(tag.priority))), ("dropEligible", .boolean(tag.isDropEligible)),
                ])
            }
            fields.append(("vlan", .array(list)))
        }
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
