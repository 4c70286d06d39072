import Settings
import Wire

/// Shows ICMPv4 and ICMPv6, with the packet that an error quotes.
enum ControlMessages {
    static func layer(_ header: ICMPv4Header, _ payload: RawSpan) -> DecodedLayer {
        let (type, code) = (header.type.rawValue, header.code)
        var text =
            switch header.type {
            case .echoRequest: "echo request, \(echo(header.identifier, header.sequenceNumber))"
            case .echoReply: "echo reply, \(echo(header.identifier, header.sequenceNumber))"
            case .destinationUnreachable: "\(name(of: code, unreachable4)) unreachable"
            case .redirect: "redirect to \(header.gatewayAddress)"
            case .timeExceeded: code == 0 ? "time to live exceeded" : "time for fragments exceeded"
            case .parameterProblem: "parameter problem at octet \(header.pointer)"
            case .routerAdvertisement: "router advertisement"
            case .routerSolicitation: "router solicitation"
            case .timestampRequest: "timestamp request, \(echo(header.identifier, header.sequenceNumber))"
            case .timestampReply: "timestamp reply, \(echo(header.identifier, header.sequenceNumber))"
            default: "type \(type), code \(code)"
            }
        if header.type == .destinationUnreachable, code == 4 { text += ", MTU \(header.parameter & 0xFFFF)" }
        if header.type.isError { text += quoted(payload) }
        return DecodedLayer(
            .message, "ICMPv4", text, fields: [("type", .integer(Int(type))), ("code", .integer(Int(code)))])
    }

    static func layer(_ header: ICMPv6Header, _ payload: RawSpan) -> DecodedLayer {
        let (type, code) = (header.type.rawValue, header.code)
        var text =
            switch header.type {
            case .echoRequest: "echo request, \(echo(header.identifier, header.sequenceNumber))"
            case .echoReply: "echo reply, \(echo(header.identifier, header.sequenceNumber))"
            case .destinationUnreachable: "\(name(of: code, unreachable6)) unreachable"
            case .packetTooBig: "packet too big, MTU \(header.maximumTransmissionUnit)"
            case .timeExceeded: code == 0 ? "hop limit exceeded" : "time for fragments exceeded"
            case .parameterProblem: "parameter problem at octet \(header.pointer)"
            case .routerSolicitation: "router solicitation"
            case .routerAdvertisement: "router advertisement"
            case .neighborSolicitation: "neighbor solicitation"
            case .neighborAdvertisement: "neighbor advertisement"
            case .redirect: "redirect"
            case .multicastListenerQuery: "multicast listener query"
            case .multicastListenerReport: "multicast listener report"
            case .multicastListenerDone: "multicast listener done"
            // RFC 3810, 5.2: the lower half counts the groups.
            case .multicastListenerReportVersion2:
                "multicast listener report of \(Int(header.parameter & 0xFFFF).counted("group"))"
            default: "type \(type), code \(code)"
            }
        if header.type.isError { text += quoted(payload) }
        return DecodedLayer(
            .message, "ICMPv6", text, fields: [("type", .integer(Int(type))), ("code", .integer(Int(code)))])
    }

    private static func echo(_ identifier: UInt16, _ sequence: UInt16) -> String {
        "identifier \(identifier), sequence \(sequence)"
    }

    private static func name(of code: UInt8, _ names: [String]) -> String {
        names.indices.contains(Int(code)) ? names[Int(code)] : "destination (code \(code))"
    }

    /// What is unreachable, by the code of RFC 792 and RFC 1122, 3.2.2.1.
    private static let unreachable4 = [
        "network", "host", "protocol", "port", "host without fragmentation", "source route", "unknown network",
        "unknown host", "isolated host", "prohibited network", "prohibited host", "network for this service",
        "host for this service", "administratively prohibited host",
    ]

    /// What is unreachable, by the code of RFC 4443, 3.1.
    private static let unreachable6 = [
        "network without route", "administratively prohibited host", "host beyond the source's scope", "host", "port",
        "host by source policy", "rejected route",
    ]

    /// Whose packet an error is about, as far as its beginning is there (RFC 792; RFC 4443, 2.4).
    private static func quoted(_ payload: RawSpan) -> String {
        let inner = Dissection(payload, from: .internetProtocol)
        let (source, target): (String, String)
        switch inner.network {
        case .ipv4(let header): (source, target) = ("\(header.source)", "\(header.destination)")
        case .ipv6(let header): (source, target) = ("\(header.source)", "\(header.destination)")
        default: return ""
        }
        // TCP's ports are there although the rest of its header is not.
        let ports = inner.protocol.flatMap { number -> (UInt16, UInt16)? in
            guard number == .udp || number == .tcp, !inner.isFragment else { return nil }
            if case .udp(let header)? = inner.transport {
                return (header.source.rawValue, header.destination.rawValue)
            }
            let start = inner.transportOffset ?? inner.errorOffset ?? inner.payload.lowerBound
            guard payload.byteCount - start >= 4 else { return nil }
            return (payload.uint16(at: start), payload.uint16(at: start + 2))
        }
        let kind = inner.protocol.map { NetworkLayers.name($0) + " " } ?? ""
        guard let ports else { return ", about \(kind)\(source) > \(target)" }
        return ", about \(kind)\(source) port \(ports.0) > \(target) port \(ports.1)"
    }
}
