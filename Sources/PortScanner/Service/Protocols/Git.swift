/// git's daemon: a request for a repository that is not there (gitprotocol-pack(5)).
struct GitConversation: Conversation {
    mutating func open() -> [UInt8] { Array("0028git-upload-pack /apus\u{0}host=localhost\u{0}".utf8) }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 8 else { return .more }
        guard octets.slice(0, 4).allSatisfy({ ($0 &- 0x30 < 10) || ($0 | 0x20) &- 0x61 < 6 }),
            octets.starts("ERR ", at: 4) || octets.find(" HEAD") != nil
        else { return .foreign }
        return .found(ServiceIdentity("git"))
    }
}
