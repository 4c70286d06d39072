import Settings
import Wire

/// Shows the network layer.
enum NetworkLayers {
    static func layer(_ network: Dissection.Network, _ frame: Dissection) -> DecodedLayer {
        switch network {
        case .arp(let packet): layer(packet)
        case .ipv4(let header): layer(header)
        case .ipv6(let header): layer(header, frame)
        }
    }

    private static func layer(_ packet: ARPPacket) -> DecodedLayer {
        let text =
            switch packet.operation {
            case .request: "who has \(packet.targetAddress)? tell \(packet.senderAddress)"
            case .reply: "\(packet.senderAddress) is at \(packet.senderHardwareAddress)"
            default: "operation \(packet.operation.rawValue)"
            }
        return DecodedLayer(
            .packet, "ARP", text,
            fields: [
                ("operation", .integer(Int(packet.operation.rawValue))),
                ("senderHardwareAddress", .string("\(packet.senderHardwareAddress)")),
                ("senderAddress", .string("\(packet.senderAddress)")),
                ("targetHardwareAddress", .string("\(packet.targetHardwareAddress)")),
                ("targetAddress", .string("\(packet.targetAddress)")),
            ])
    }

    private static func layer(_ header: IPv4Header) -> DecodedLayer {
        var text = "\(header.source) > \(header.destination), \(name(header.protocol)), TTL \(header.timeToLive)"
        text += ", \(Int(header.totalLength).counted("octet"))"
        if header.isFragment {
            text += ", fragment at \(header.fragmentOffset)"
            text += header.flags.contains(.moreFragments) ? ", more follow" : ", the last"
        }
        var layer = DecodedLayer(
            .packet, "IPv4", text,
            fields: [
                ("source", .string("\(header.source)")), ("destination", .string("\(header.destination)")),
                ("protocol", .integer(Int(header.protocol.rawValue))),
                ("timeToLive", .integer(Int(header.timeToLive))), ("length", .integer(Int(header.totalLength))),
                ("identification", .integer(Int(header.identification))),
                ("doNotFragment", .boolean(header.flags.contains(.doNotFragment))),
                ("moreFragments", .boolean(header.flags.contains(.moreFragments))),
                ("fragmentOffset", .integer(header.fragmentOffset)),
                ("trafficClass", .integer(Int(header.trafficClass))), ("checksum", .integer(Int(header.checksum))),
                ("checksumValid", .boolean(header.isChecksumValid)),
            ])
        let flags = header.flags.contains(.doNotFragment) ? ", do not fragment" : ""
        layer.details = [
            "identification \(header.identification)\(flags), traffic class 0x\(header.trafficClass.hexadecimal)",
            "header \(header.size.counted("octet")), checksum 0x\(header.checksum.hexadecimal) "
                + (header.isChecksumValid ? "(right)" : "(WRONG)"),
        ]
        return layer
    }

    private static func layer(_ header: IPv6Header, _ frame: Dissection) -> DecodedLayer {
        let carried = frame.protocol ?? header.nextHeader
        var text = "\(header.source) > \(header.destination), \(name(carried)), hop limit \(header.hopLimit)"
        text += ", \(Int(header.payloadLength).counted("octet")) of payload"
        var fields: [(String, JSON)] = [
            ("source", .string("\(header.source)")), ("destination", .string("\(header.destination)")),
            ("protocol", .integer(Int(carried.rawValue))), ("nextHeader", .integer(Int(header.nextHeader.rawValue))),
            ("hopLimit", .integer(Int(header.hopLimit))), ("payloadLength", .integer(Int(header.payloadLength))),
            ("trafficClass", .integer(Int(header.trafficClass))), ("flowLabel", .integer(Int(header.flowLabel))),
            ("extensionHeaders", .integer(frame.extensionCount)),
        ]
        if let fragment = frame.fragment, !fragment.isWhole {
            text += ", fragment at \(fragment.offset)" + (fragment.hasMore ? ", more follow" : ", the last")
            fields.append(("fragmentOffset", .integer(fragment.offset)))
            fields.append(("moreFragments", .boolean(fragment.hasMore)))
        }
        var layer = DecodedLayer(.packet, "IPv6", text, fields: fields)
        layer.details = [
            "traffic class 0x\(header.trafficClass.hexadecimal), flow label 0x"
                + "\(header.flowLabel.hexadecimal.dropFirst(3)), \(frame.extensionCount.counted("extension header"))"
        ]
        return layer
    }

    /// A protocol's name, or its number.
    static func name(_ number: IPProtocol) -> String {
        switch number {
        case .icmp: "ICMPv4"
        case .icmpv6: "ICMPv6"
        case .tcp: "TCP"
        case .udp: "UDP"
        case .igmp: "IGMP"
        case .sctp: "SCTP"
        case .gre: "GRE"
        case .ospf: "OSPF"
        case .vrrp: "VRRP"
        case .none: "nothing"
        default: "protocol \(number)"
        }
    }
}
