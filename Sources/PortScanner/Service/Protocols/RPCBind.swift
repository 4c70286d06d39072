/// rpcbind: the null procedure of version 2 (RFC 5531, 9; RFC 1833, 3).
struct RPCBindConversation: Conversation {
    let isStream: Bool

    mutating func open() -> [UInt8] {
        var call: [UInt8] = []
        for word in [0x4150_5553, 0, 2, 100_000, 2, 0, 0, 0, 0, 0] { call.append(big32: word) }
        var framed: [UInt8] = []
        framed.append(big32: 0x8000_0000 | call.count)
        return isStream ? framed + call : call
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        let start = isStream ? 4 : 0
        guard octets.count >= start + 24 else {
            return isStream && (octets.isEmpty || octets[0] == 0x80) ? .more : .foreign
        }
        guard octets.big32(start) == 0x4150_5553, octets.big32(start + 4) == 1 else { return .foreign }
        return .found(ServiceIdentity("rpcbind"))
    }
}
