/// IMAP: the greeting, its capabilities, and ID if the server has it (RFC 9051, 7.1.5; RFC 2971).
struct IMAPConversation: GreetedConversation {
    private var greeting: [UInt8] = []

    static func claims(_ greeting: [UInt8]) -> Bool {
        greeting.starts("* OK") || greeting.starts("* PREAUTH") || greeting.starts("* BYE")
    }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard !greeting.isEmpty else {
            guard octets.line != nil else { return .more }
            greeting = octets
            return octets.starts("* BYE") ? .found(identity([])) : .send(Array("a1 ID NIL\r\n".utf8))
        }
        return octets.find("a1 ") == nil || octets.last != 0x0A ? .more : .found(identity(octets))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { greeting.isEmpty ? nil : identity(octets) }

    private func identity(_ answer: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("imap")
        let line = greeting.lines.first ?? ""
        identity.banner = String(line.dropFirst(5))
        identity.apply(Self.rules, to: line)
        identity.readDistribution(line)
        if let start = line.range(of: "[CAPABILITY ")?.upperBound, let end = line[start...].firstIndex(of: "]") {
            identity.extraInformation = String(line[start..<end])
        }
        // `* ID ("name" "Dovecot" "version" "2.3")`: fields come in pairs.
        if let told = answer.lines.first(where: { $0.hasPrefix("* ID (") }) {
            let words = told.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter {
                $0.offset % 2 == 1
            }
            .map { String($0.element) }
            for index in stride(from: 0, to: words.count - 1, by: 2) where words[index] == "version" {
                identity.version = words[index + 1]
            }
        }
        return identity
    }

    private static let rules = [
        BannerRule("*Dovecot (*) ready.", "Dovecot imapd", "dovecot:dovecot"),
        BannerRule("*Dovecot*", "Dovecot imapd", "dovecot:dovecot"),
        BannerRule("*Courier-IMAP*", "Courier imapd", "double_precision_incorporated:courier_mta"),
        BannerRule("*Cyrus IMAP {v} *", "Cyrus imapd", "cmu:cyrus_imap_server"),
        BannerRule("*Microsoft Exchange*", "Microsoft Exchange imapd", "microsoft:exchange_server", system: "Windows"),
    ]
}

extension String {
    /// Where `text` lies; the standard library alone has no such search.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
