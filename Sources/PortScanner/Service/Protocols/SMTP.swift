/// SMTP: the greeting, and what EHLO tells (RFC 5321, 3.1, 4.1.1.1).
struct SMTPConversation: GreetedConversation {
    private var greeting: [UInt8] = []

    /// A reply of 220 that does not speak of file transfer.
    static func claims(_ greeting: [UInt8]) -> Bool {
        guard greeting.starts("220") || greeting.starts("421") || greeting.starts("554") else { return false }
        // Only a whole line tells it from FTP, whose replies begin alike.
        guard greeting.contains(0x0A) else { return false }
        let text = Sanitizer.text(greeting).lowercased()
        if text.contains("smtp") || text.contains("mail") || text.contains("postfix") || text.contains("exim") {
            return true
        }
        return !FTPConversation.names.contains { text.contains($0) } && !text.contains("vmware")
    }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard greeting.isEmpty else {
            guard let code = octets.finalReplyCode else { return .more }
            if code == 250 { return .found(identity(extensions: octets)) }
            // FTP refuses a command that it does not know, too: what the greeting said decides.
            let text = Sanitizer.text(greeting).lowercased()
            guard text.contains("smtp") || text.contains("mail") else { return .foreign }
            return .found(identity(extensions: []))
        }
        guard octets.starts("220") || octets.starts("421") || octets.starts("554") else {
            return octets.count < 3 ? .more : .foreign
        }
        guard octets.finalReplyCode != nil else { return .more }
        greeting = octets
        if octets.starts("220") { return .send(Array("EHLO scanner.invalid\r\n".utf8)) }
        return .found(identity(extensions: []))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? {
        greeting.isEmpty ? nil : identity(extensions: octets)
    }

    private func identity(extensions: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("smtp")
        let line = greeting.lines.first ?? ""
        let words = line.dropFirst(4)
        identity.banner = String(words)
        identity.apply(Self.rules, to: String(words))
        identity.readDistribution(line)
        if let first = words.split(separator: " ").first, first.contains(".") || words.contains("SMTP") {
            identity.hostName = String(first)
        }
        let offered = extensions.lines.dropFirst().map { String($0.dropFirst(4)) }
        if !offered.isEmpty {
            identity.extraInformation =
                (identity.extraInformation.map { "\($0); " } ?? "") + offered.prefix(12).joined(separator: ", ")
        }
        return identity
    }

    private static let rules = [
        BannerRule("* ESMTP Postfix (Debian{x}", "Postfix smtpd", "postfix:postfix", system: "Linux"),
        BannerRule("* ESMTP Postfix*", "Postfix smtpd", "postfix:postfix"),
        BannerRule("* ESMTP Exim {v} *", "Exim smtpd", "exim:exim"),
        BannerRule("* ESMTP OpenSMTPD*", "OpenSMTPD", "openbsd:opensmtpd", system: "Unix"),
        BannerRule("* ESMTP Sendmail {v}/*", "Sendmail", "sendmail:sendmail"),
        BannerRule(
            "* Microsoft ESMTP MAIL Service*", "Microsoft Exchange smtpd", "microsoft:exchange_server",
            system: "Windows"),
        BannerRule("* ESMTP Haraka/{v}*", "Haraka smtpd"), BannerRule("*Python SMTP {v}", "aiosmtpd"),
    ]
}
