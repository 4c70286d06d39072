/// PostgreSQL: an SSLRequest, then a startup of version 3.0 that is refused with words (PostgreSQL's protocol, 55.2).
struct PostgreSQLConversation: Conversation {
    private var encryption: UInt8?

    mutating func open() -> [UInt8] { [0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        if encryption == nil {
            guard let first = octets.first else { return .more }
            guard octets.count == 1, first == UInt8(ascii: "S") || first == UInt8(ascii: "N") else {
                return octets[0] == UInt8(ascii: "E") && octets.count > 5 ? read(octets) : .foreign
            }
            encryption = first
            // With 'S' the server now wants TLS: what it says in the clear is asked on a connection of its own.
            if first == UInt8(ascii: "S") {
                return .follow(
                    PostgreSQLStartup(hasTLS: true), orElse: PostgreSQLStartup.identity(hasTLS: true, octets: []))
            }
            return .follow(
                PostgreSQLStartup(hasTLS: false), orElse: PostgreSQLStartup.identity(hasTLS: false, octets: []))
        }
        return .more
    }

    private func read(_ octets: [UInt8]) -> ConversationStep {
        octets.find("SFATAL") != nil || octets.find("FATAL") != nil
            ? .found(PostgreSQLStartup.identity(hasTLS: false, octets: octets)) : .foreign
    }
}

/// The second half: a startup message.
struct PostgreSQLStartup: Conversation {
    let hasTLS: Bool

    mutating func open() -> [UInt8] {
        let body: [UInt8] = [0, 3, 0, 0] + Array("user".utf8) + [0] + Array("apus-scan".utf8) + [0, 0]
        var message: [UInt8] = []
        message.append(big32: body.count + 4)
        return message + body
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 5, let size = octets.big32(1), size < conversationLimit else {
            return octets.count < 5 ? .more : .foreign
        }
        guard octets.count >= size + 1 else { return .more }
        return .found(Self.identity(hasTLS: hasTLS, octets: octets))
    }

    static func identity(hasTLS: Bool, octets: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("postgresql")
        identity.product = "PostgreSQL DB"
        identity.platforms = [ServiceIdentity.platform("postgresql:postgresql", nil)]
        var words = hasTLS ? "TLS offered" : "no TLS"
        // An authentication request (R) or an error (E) with a message (M).
        if octets.first == UInt8(ascii: "R"), let kind = octets.big32(5) {
            words +=
                [0: "; no password", 3: "; clear password", 5: "; MD5 password", 10: "; SCRAM password"][kind] ?? ""
        } else if octets.first == UInt8(ascii: "E"), let place = octets.find("\u{0}M") {
            words += "; " + Sanitizer.text(octets.upTo(0, from: place + 2), limit: 80)
        }
        identity.extraInformation = words
        return identity
    }
}
