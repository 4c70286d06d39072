import DHCP
import Settings
import Wire

/// Shows the messages that datagrams carry, by their ports, and those of Neighbor Discovery.
enum Messages {
    /// The message behind the transport layer of `frame`; nil if none is known.
    static func layer(_ dissection: Dissection, _ frame: RawSpan) throws(WireError) -> DecodedLayer? {
        var payload = frame.extracting(dissection.payload)
        switch dissection.transport {
        case .udp(let header):
            let ports: Set = [header.source.rawValue, header.destination.rawValue]
            if !ports.isDisjoint(with: [53, 5353]) { return layer(try DNSMessage(reading: &payload)) }
            if !ports.isDisjoint(with: [DHCPv4.serverPort, DHCPv4.clientPort]) {
                return try layer(DHCPv4.Message(reading: &payload))
            }
            // RFC 8415, 7.2.
            if !ports.isDisjoint(with: [546, 547]) {
                let relayed = try DHCPv6.Relayed(reading: &payload)
                return layer(relayed)
            }
            return nil
        case .icmpv6(let header):
            guard 133...137 ~= header.type.rawValue, let start = dissection.transportOffset else { return nil }
            // Neighbor Discovery reads from ICMPv6's type on.
            var message = frame.extracting(start..<dissection.payload.upperBound)
            return layer(try NDP.Message(reading: &message))
        default: return nil
        }
    }

    private static func layer(_ message: DNSMessage) -> DecodedLayer {
        let isResponse = message.header.flags.contains(.response)
        let questions = message.questions.map { "\(type($0.type)) \($0.name)" }
        let answers = message.answers.map { "\($0.name) \(Self.text($0.data))" }
        var text = isResponse ? "response \(message.header.identifier)" : "query \(message.header.identifier)"
        if !questions.isEmpty { text += ", " + questions.joined(separator: ", ") }
        if isResponse {
            text += message.header.responseCode == 0 ? "" : ", response code \(message.header.responseCode)"
            text += ", \(message.answers.count.counted("answer"))"
        }
        var layer = DecodedLayer(
            .message, "DNS", text,
            fields: [
                ("identifier", .integer(Int(message.header.identifier))), ("response", .boolean(isResponse)),
                ("responseCode", .integer(Int(message.header.responseCode))),
                ("questions", .array(questions.map { .string($0) })),
                ("answers", .array(answers.map { .string($0) })),
            ])
        layer.details = answers
        return layer
    }

    private static func type(_ type: DNSRecordType) -> String {
        switch type {
        case .address: "A"
        case .address6: "AAAA"
        case .nameServer: "NS"
        case .canonicalName: "CNAME"
        case .startOfAuthority: "SOA"
        case .pointer: "PTR"
        case .text: "TXT"
        case .service: "SRV"
        case .any: "ANY"
        default: "type \(type.rawValue)"
        }
    }

    private static func text(_ data: DNSRecordData) -> String {
        switch data {
        case .address(let address): "A \(address)"
        case .address6(let address): "AAAA \(address)"
        case .nameServer(let name): "NS \(name)"
        case .canonicalName(let name): "CNAME \(name)"
        case .pointer(let name): "PTR \(name)"
        default: type(data.type)
        }
    }

    private static func layer(_ message: DHCPv4.Message) throws(WireError) -> DecodedLayer {
        let header = message.header
        let type = try message.options.read(DHCPv4.MessageType.self)
        let names = ["DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM", "FORCERENEW"]
        let number = type.map { Int($0.rawValue) } ?? 0
        let name = names.indices.contains(number - 1) ? names[number - 1] : number == 0 ? "BOOTP" : "type \(number)"
        var text = "\(name), XID 0x\(header.transactionID.hexadecimal)"
        var fields: [(String, JSON)] = [
            ("type", type == nil ? .null : .integer(number)), ("transactionID", .integer(Int(header.transactionID))),
            ("clientAddress", .string("\(header.clientAddress)")),
            ("yourAddress", .string("\(header.yourAddress)")),
            ("gatewayAddress", .string("\(header.gatewayAddress)")),
        ]
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
        let codes = message.options.raw.map { Int($0.code.rawValue) }
        fields.append(("options", .array(codes.map { .integer($0) })))
        var layer = DecodedLayer(.message, "DHCPv4", text, fields: fields)
        layer.details = ["options \(codes.map(String.init).joined(separator: " "))"]
        return layer
    }

    private static func layer(_ relayed: DHCPv6.Relayed) -> DecodedLayer {
        let message = relayed.message
        let names = [
            "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE",
            "RECONFIGURE", "INFORMATION-REQUEST",
        ]
        let number = Int(message.type.rawValue)
        var text = names.indices.contains(number - 1) ? names[number - 1] : "type \(number)"
        text += ", transaction 0x\(message.transactionID.hexadecimal.dropFirst(2))"
        if !relayed.relays.isEmpty { text += ", through \(relayed.relays.count.counted("relay"))" }
        return DecodedLayer(
            .message, "DHCPv6", text,
            fields: [
                ("type", .integer(number)), ("transactionID", .integer(Int(message.transactionID))),
                ("relays", .integer(relayed.relays.count)),
            ])
    }

    private static func layer(_ message: NDP.Message) -> DecodedLayer {
        var fields: [(String, JSON)] = [("type", .integer(Int(message.type.rawValue)))]
        let text: String
        switch message {
        case .routerSolicitation: text = "asks for routers"
        case .routerAdvertisement(let router):
            text = "router for \(router.routerLifetime) s, hop limit \(router.currentHopLimit)"
        case .neighborSolicitation(let neighbor):
            text = "who has \(neighbor.target)?"
            fields.append(("target", .string("\(neighbor.target)")))
        case .neighborAdvertisement(let neighbor):
            text = "\(neighbor.target) is here"
            fields.append(("target", .string("\(neighbor.target)")))
        case .redirect: text = "a better way"
        }
        return DecodedLayer(.message, "NDP", text, fields: fields)
    }
}
