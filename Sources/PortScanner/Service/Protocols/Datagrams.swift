/// NTP: a client's question of version 4, and the server's answer (RFC 5905, 7.3).
struct NTPConversation: Conversation {
    mutating func open() -> [UInt8] {
        [0x23] + [UInt8](repeating: 0, count: 39) + [0x41, 0x50, 0x55, 0x53, 0, 0, 0, 1]
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        // Mode 4, our time given back.
        guard octets.count >= 48, octets[0] & 7 == 4, octets.slice(24, 8) == [0x41, 0x50, 0x55, 0x53, 0, 0, 0, 1] else {
            return .foreign
        }
        var identity = ServiceIdentity("ntp")
        let stratum = octets[1]
        var words = "version \(octets[0] >> 3 & 7), stratum \(stratum)"
        if octets[0] >> 6 == 3 { words += ", not synchronized" }
        if stratum == 0 { words += ", code " + Sanitizer.text(octets.slice(12, 4)) }
        identity.extraInformation = words
        return .found(identity)
    }
}

/// SNMP: a request of version 3 that must be answered by a report (RFC 3414, 4), then `sysDescr` with the community `public`.
struct SNMPConversation: Conversation {
    private var engine: ServiceIdentity?

    mutating func open() -> [UInt8] {
        // Version 3, flags reportable, the user model; empty engine and user: discovery.
        let scoped: [UInt8] = [0x30, 0x11, 0x04, 0, 0x04, 0, 0xA0, 0x0B, 0x02, 1, 9, 0x02, 1, 0, 0x02, 1, 0, 0x30, 0]
        let user: [UInt8] = [0x04, 0x10, 0x30, 0x0E, 0x04, 0, 0x02, 1, 0, 0x02, 1, 0, 0x04, 0, 0x04, 0, 0x04, 0]
        let header: [UInt8] = [0x30, 0x0F, 0x02, 2, 0x41, 0x50, 0x02, 3, 0, 0xFF, 0xE3, 0x04, 1, 4, 0x02, 1, 3]
        let body: [UInt8] = [0x02, 1, 3] + header + user + scoped
        return [0x30, UInt8(body.count)] + body
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.first == 0x30, octets.count > 20 else { return engine.map { .found($0) } ?? .foreign }
        if var engine {
            // The value behind the object's name: an octet string.
            if let place = octets.find("\u{2B}\u{6}\u{1}\u{2}\u{1}\u{1}\u{1}\u{0}"), octets.byte(place + 8) == 4 {
                let isLong = octets.byte(place + 9) == 0x81
                let text = Sanitizer.text(
                    octets.slice(place + (isLong ? 11 : 10), octets.byte(place + (isLong ? 10 : 9)) ?? 0))
                engine.extraInformation = "community public: \(text)"
                if text.hasPrefix("Linux") { engine.operatingSystem = "Linux" }
            }
            return .found(engine)
        }
        guard octets.find("\u{2}\u{1}\u{3}") != nil || octets.find("\u{2}\u{1}\u{1}") != nil else { return .foreign }
        var identity = ServiceIdentity("snmp")
        // The engine's identifier begins with the vendor's number, its top bit set (RFC 3411, 5); Net-SNMP's is 8072.
        if octets.find("SNMP") == nil, let place = octets.firstIndex(of: 0x80),
            let vendor = Array(octets[place...]).big32(0)
        {
            let names = [8072: "net-snmp", 9: "Cisco", 2636: "Juniper", 311: "Microsoft", 14988: "MikroTik"]
            identity.product = names[vendor & 0x7FFF_FFFF]
            if identity.product == "net-snmp" {
                identity.platforms = [ServiceIdentity.platform("net-snmp:net-snmp", nil)]
            }
        }
        identity.extraInformation = "SNMPv3"
        engine = identity
        let binding: [UInt8] = [0x30, 0x0E, 0x30, 0x0C, 0x06, 8, 0x2B, 6, 1, 2, 1, 1, 1, 0, 0x05, 0]
        let request: [UInt8] = [0xA0, UInt8(9 + binding.count), 0x02, 1, 9, 0x02, 1, 0, 0x02, 1, 0] + binding
        let body: [UInt8] = [0x02, 1, 1, 0x04, 6] + Array("public".utf8) + request
        return .send([0x30, UInt8(body.count)] + body)
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { engine }
}

/// TFTP: a request for a file that is not there, answered by an error (RFC 1350, 5).
///
/// The answer comes from a port that the server chooses anew for each transfer (RFC 1350, 4).
struct TFTPConversation: Conversation {
    var isAnsweredFromElsewhere: Bool { true }

    mutating func open() -> [UInt8] { [0, 1] + Array("apus-scan".utf8) + [0] + Array("octet".utf8) + [0] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 4, octets.big16(0) == 5 || octets.big16(0) == 3, (octets.big16(2) ?? 99) <= 8 else {
            return .foreign
        }
        return .found(ServiceIdentity("tftp"))
    }
}

/// STUN: a binding request (RFC 8489, 5).
struct STUNConversation: Conversation {
    mutating func open() -> [UInt8] { [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + Array("apus-scan-01".utf8) }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 20 || octets.first != 1 else { return .more }
        guard octets.count >= 20, octets.slice(4, 4) == [0x21, 0x12, 0xA4, 0x42], octets.starts("apus-scan-01", at: 8)
        else { return .foreign }
        return .found(ServiceIdentity("stun"))
    }
}

/// SSDP: a search, answered over HTTP's form (UPnP Device Architecture, 1.3.2).
struct SSDPConversation: Conversation {
    mutating func open() -> [UInt8] {
        Array(
            "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n"
                .utf8)
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.starts("HTTP/1.1 200"), octets.find("USN:") != nil || octets.find("usn:") != nil else {
            return .foreign
        }
        var identity = ServiceIdentity("upnp")
        if let line = octets.lines.first(where: { $0.lowercased().hasPrefix("server:") }) {
            identity.product = String(line.dropFirst(7)).trimmed
        }
        return .found(identity)
    }
}

/// NetBIOS: a node status of `*` (RFC 1002, 4.2.17).
struct NetBIOSConversation: Conversation {
    mutating func open() -> [UInt8] {
        [0x41, 0x50, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 32] + Array("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".utf8) + [
            0, 0, 0x21, 0, 1,
        ]
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count > 56, octets.big16(0) == 0x4150, octets[2] & 0x80 != 0, octets.big16(46) == 0x21 else {
            return .foreign
        }
        var identity = ServiceIdentity("netbios-ns")
        let name = Sanitizer.text(octets.slice(57, 15)).trimmed
        if !name.isEmpty { identity.hostName = name }
        return .found(identity)
    }
}

extension String {
    var trimmed: String {
        var rest = self[...]
        while rest.first == " " { rest = rest.dropFirst() }
        while rest.last == " " { rest = rest.dropLast() }
        return String(rest)
    }
}
