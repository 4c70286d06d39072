/// RTSP and SIP: OPTIONS, answered by a status line of the protocol's own (RFC 7826, 13.1; RFC 3261, 11).
struct SessionTextConversation: Conversation {
    enum Kind: Sendable { case rtsp, sip, sipDatagram }

    let kind: Kind
    let host: String

    mutating func open() -> [UInt8] {
        switch kind {
        case .rtsp: return Array("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: apus-scan\r\n\r\n".utf8)
        case .sip, .sipDatagram:
            let transport = kind == .sip ? "TCP" : "UDP"
            return Array(
                ("OPTIONS sip:scan@\(host) SIP/2.0\r\nVia: SIP/2.0/\(transport) scanner.invalid;branch=z9hG4bKapus;rport\r\n"
                    + "Max-Forwards: 70\r\nFrom: <sip:scan@scanner.invalid>;tag=apus\r\nTo: <sip:scan@\(host)>\r\nCall-ID: apus-scan\r\n"
                    + "CSeq: 1 OPTIONS\r\nContact: <sip:scan@scanner.invalid>\r\nContent-Length: 0\r\n\r\n").utf8)
        }
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        let start = kind == .rtsp ? "RTSP/1.0 " : "SIP/2.0 "
        guard octets.starts(start) else {
            return octets.count < start.utf8.count && Array(start.utf8).starts(with: octets) ? .more : .foreign
        }
        guard octets.find("\r\n\r\n") != nil || kind == .sipDatagram else { return .more }
        var identity = ServiceIdentity(kind == .rtsp ? "rtsp" : "sip")
        for line in octets.lines {
            let lower = line.lowercased()
            if lower.hasPrefix("server: ") || lower.hasPrefix("user-agent: "), identity.product == nil {
                let text = String(line[line.index(after: line.firstIndex(of: " ") ?? line.startIndex)...])
                identity.apply(Self.rules, to: text)
                if identity.product == nil { identity.product = text }
            }
        }
        return .found(identity)
    }

    private static let rules = [
        BannerRule("Asterisk PBX {v}", "Asterisk PBX", "digium:asterisk"),
        BannerRule("kamailio ({v} {x})", "Kamailio", "kamailio:kamailio"),
        BannerRule("OpenSIPS ({v} {x})", "OpenSIPS", "opensips:opensips"),
        BannerRule("GStreamer RTSP server", "GStreamer RTSP server"),
        BannerRule("gortsplib", "gortsplib"),
    ]
}
