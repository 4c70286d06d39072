/// IRC: what a server says when somebody registers (RFC 2812, 3.1, 5.1).
struct IRCConversation: GreetedConversation {
    private var isGreeted = false

    static func claims(_ greeting: [UInt8]) -> Bool {
        greeting.starts("NOTICE ") || greeting.starts(":") && greeting.find(" NOTICE ") != nil
            || greeting.starts("ERROR :")
    }

    /// Whether a server said so: a notice, an error, or a numeric reply to words that it did not expect.
    static func isReply(_ octets: [UInt8]) -> Bool {
        guard octets.starts(":") || octets.starts("ERROR :"), let first = octets.lines.first else { return false }
        return claims(octets) || isNumeric(first)
    }

    /// A numeric reply: a server's name, three digits, and for whom it is.
    private static func isNumeric(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return line.hasPrefix(":") && words.count > 2 && words[1].utf8.count == 3 && UInt16(words[1]) != nil
    }

    mutating func open() -> [UInt8] { Array("NICK scanner\r\nUSER scanner 0 * :scanner\r\n".utf8) }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.line != nil else { return octets.count < 512 ? .more : .foreign }
        let first = octets.lines.first ?? ""
        let isOurs = Self.claims(octets) || Self.isNumeric(first)
        guard isOurs || first.hasPrefix("PING :") || isGreeted else { return .foreign }
        isGreeted = true
        if let line = octets.lines.first(where: { $0.contains(" 004 ") || $0.contains(" 002 ") }) {
            return .found(identity(octets, version: line))
        }
        return octets.starts("ERROR :") ? .found(identity(octets, version: nil)) : .more
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { isGreeted ? identity(octets, version: nil) : nil }

    private func identity(_ octets: [UInt8], version line: String?) -> ServiceIdentity {
        var identity = ServiceIdentity("irc")
        let first = octets.lines.first ?? ""
        if first.hasPrefix(":") {
            identity.hostName = first.dropFirst().split(separator: " ").first.map(String.init)
        }
        let words = (line ?? "").split(separator: " ").map(String.init)
        if let word = words.first(where: { $0.lowercased().contains("inspircd") }) {
            identity.product = "InspIRCd"
            identity.version = word.split(separator: "-").last.map(String.init)
        } else if let word = words.first(where: { $0.lowercased().contains("unreal") }) {
            identity.product = "UnrealIRCd"
            identity.version = word
        } else if let word = words.first(where: { $0.lowercased().contains("ngircd") }) {
            identity.product = "ngircd"
            identity.version = word.split(separator: "-").last.map(String.init)
        }
        return identity
    }
}
