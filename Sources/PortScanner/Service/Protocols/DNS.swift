import Wire

/// DNS: `version.bind` of class CHAOS, over UDP or TCP (RFC 4892).
struct DNSConversation: Conversation {
    let isStream: Bool
    private static let identifier = 0x4150

    mutating func open() -> [UInt8] {
        var query: [UInt8] = []
        query.append(big16: Self.identifier)
        query += [1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        query += [7] + Array("version".utf8) + [4] + Array("bind".utf8) + [0, 0, 16, 0, 3]
        var framed: [UInt8] = []
        framed.append(big16: query.count)
        return isStream ? framed + query : query
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        var message = octets
        if isStream {
            guard let size = octets.big16(0) else { return .more }
            guard size >= 12, octets.big16(2) == nil || octets.big16(2) == Self.identifier else { return .foreign }
            guard octets.count >= 2 + size else { return .more }
            message = octets.slice(2, size)
        }
        guard message.big16(0) == Self.identifier, let flags = message.big16(2), flags & 0x8000 != 0 else {
            return .foreign
        }
        var identity = ServiceIdentity("domain")
        var span = message.span.octets
        if let answer = try? DNSMessage(reading: &span) {
            for record in answer.answers {
                guard case .text(let texts) = record.data else { continue }
                let text = Sanitizer.text(texts.first ?? [])
                identity.apply(Self.rules, to: text)
                if text.hasPrefix("9.") {
                    // BIND tells its number alone: `9.18.33-1~deb12u2-Debian`.
                    identity.product = "ISC BIND"
                    identity.version = text.split(separator: " ").first.map(String.init)
                    identity.platforms = [ServiceIdentity.platform("isc:bind", identity.version)]
                }
                if identity.product == nil { identity.extraInformation = "version: \(text)" }
                identity.readDistribution(text)
            }
        }
        let code = flags & 0xF
        if identity.product == nil, code != 0 {
            let names = [1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"]
            identity.extraInformation = "answers \(names[code] ?? "\(code)")"
        }
        return .found(identity)
    }

    private static let rules = [
        BannerRule("dnsmasq-{v}", "dnsmasq", "thekelleys:dnsmasq"),
        BannerRule("unbound {v}", "Unbound", "nlnetlabs:unbound"),
        BannerRule("PowerDNS *Server {v}*", "PowerDNS", "powerdns:authoritative"),
        BannerRule("NSD {v}", "NSD", "nlnetlabs:nsd"),
        BannerRule("Knot DNS {v}", "Knot DNS", "nic:knot_dns"),
        BannerRule("CoreDNS-{v}", "CoreDNS", "coredns.io:coredns"),
        BannerRule("Microsoft DNS {v}*", "Microsoft DNS", "microsoft:dns", system: "Windows"),
    ]
}
