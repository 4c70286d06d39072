/// POP3: the greeting, and CAPA (RFC 1939, 4; RFC 2449, 5).
struct POP3Conversation: GreetedConversation {
    private var greeting: [UInt8] = []

    static func claims(_ greeting: [UInt8]) -> Bool {
        greeting.starts("+OK") || greeting.starts("-ERR") && !isRedis(greeting)
    }

    private static func isRedis(_ octets: [UInt8]) -> Bool {
        octets.starts("-ERR unknown command") || octets.starts("-ERR max number")
    }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard !greeting.isEmpty else {
            guard octets.line != nil else { return octets.count < 512 ? .more : .foreign }
            greeting = octets
            return .send(Array("CAPA\r\n".utf8))
        }
        guard octets.find("\r\n.\r\n") != nil || octets.starts("-ERR") else { return .more }
        return .found(identity(octets))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { greeting.isEmpty ? nil : identity(octets) }

    private func identity(_ capabilities: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("pop3")
        identity.banner = String((greeting.lines.first ?? "").dropFirst(4))
        identity.apply(Self.rules, to: String((greeting.lines.first ?? "").dropFirst(4)))
        identity.readDistribution(greeting.lines.first ?? "")
        let told = capabilities.lines.dropFirst().filter { $0 != "." }
        if !told.isEmpty { identity.extraInformation = told.prefix(12).joined(separator: ", ") }
        return identity
    }

    private static let rules = [
        BannerRule("Dovecot (*) ready.", "Dovecot pop3d", "dovecot:dovecot"),
        BannerRule("Dovecot*", "Dovecot pop3d", "dovecot:dovecot"),
        BannerRule("Hello there*", "Courier pop3d", "double_precision_incorporated:courier_mta"),
        BannerRule("*Cyrus POP3 {v}*", "Cyrus pop3d", "cmu:cyrus_imap_server"),
        BannerRule("*Microsoft Exchange*", "Microsoft Exchange pop3d", "microsoft:exchange_server", system: "Windows"),
    ]
}
