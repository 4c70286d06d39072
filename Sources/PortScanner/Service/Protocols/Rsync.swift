/// rsync: the daemon's greeting with its protocol's version (`rsync`'s `clientserver.c` is the specification).
struct RsyncConversation: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool { greeting.starts("@RSYNCD:") }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.starts("@RSYNCD:") else { return octets.count < 8 ? .more : .foreign }
        guard let line = octets.line else { return octets.count < 256 ? .more : .foreign }
        var identity = ServiceIdentity("rsync")
        identity.product = "rsync"
        let words = Sanitizer.text(line).split(separator: " ")
        if words.count > 1 { identity.extraInformation = "protocol version \(words[1])" }
        identity.platforms = [ServiceIdentity.platform("samba:rsync", nil)]
        return .found(identity)
    }
}
