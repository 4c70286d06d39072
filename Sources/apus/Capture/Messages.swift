import DHCP
import Wire

/// Shows the messages that datagrams carry, by their ports, and those of Neighbor Discovery.
enum Messages {
    /// The message behind the transport layer of `frame`; nil if none is known.
    static func layer(_ dissection: Dissection, _ frame: RawSpan) throws(WireError) -> DecodedLayer? {
        var payload = frame.extracting(dissection.payload)
        switch dissection.transport {
        case .udp(let header):
            let ports: Set = [header.source.rawValue, header.destination.rawValue]
            if !ports.isDisjoint(with: [53, 5353]) { return DNSLayer.layer(try DNSMessage(reading: &payload)) }
            if !ports.isDisjoint(with: [DHCPv4.serverPort, DHCPv4.clientPort]) {
                return try DHCPv4Layer.layer(DHCPv4.Message(reading: &payload))
            }
            // RFC 8415, 7.2.
            if !ports.isDisjoint(with: [546, 547]) {
                let relayed = try DHCPv6.Relayed(reading: &payload)
                return DHCPv6Layer.layer(relayed)
            }
            return nil
        case .tcp(let header):
            // A segment that holds one message and its length, as most do (RFC 1035, 4.2.2).
            guard header.source.rawValue == 53 || header.destination.rawValue == 53, payload.byteCount > 2,
                Int(payload.uint16(at: 0)) == payload.byteCount - 2
            else { return nil }
            var message = payload.extracting(droppingFirst: 2)
            return DNSLayer.layer(try DNSMessage(reading: &message))
        case .icmpv6(let header):
            guard 133...137 ~= header.type.rawValue, let start = dissection.transportOffset else { return nil }
            // Neighbor Discovery reads from ICMPv6's type on.
            var message = frame.extracting(start..<dissection.payload.upperBound)
            return NeighborLayer.layer(try NDP.Message(reading: &message))
        default: return nil
        }
    }
}

extension Lifetime {
    /// Such as `3600 s`, or that it has no end.
    var text: String { self == .infinite ? "for ever" : "\(rawValue) s" }
}

extension Sequence<UInt8> {
    /// In hexadecimal; of more than 32 octets the first.
    var shortHexadecimal: String {
        let digits = prefix(33).map(\.hexadecimal)
        return digits.prefix(32).joined() + (digits.count > 32 ? "…" : "")
    }
}
