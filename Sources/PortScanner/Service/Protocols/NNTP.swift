/// NNTP: the greeting (RFC 3977, 5.1).
struct NNTPConversation: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool {
        guard greeting.starts("200 ") || greeting.starts("201 ") else { return false }
        let text = Sanitizer.text(greeting).lowercased()
        return text.contains("nntp") || text.contains("news") || text.contains("posting") || text.contains("inn")
    }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard Self.claims(octets) else { return octets.line == nil ? .more : .foreign }
        guard octets.line != nil else { return .more }
        var identity = ServiceIdentity("nntp")
        identity.apply(
            [
                BannerRule("*InterNetNews server INN {v} *", "InterNetNews (INN)", "isc:inn"),
                BannerRule("*Leafnode NNTP Daemon, version {v} *", "Leafnode"),
            ], to: octets.lines.first ?? "")
        return .found(identity)
    }
}
