/// Cassandra: OPTIONS of its native protocol, answered by SUPPORTED (CQL binary protocol v4, 4.1.3).
struct CassandraConversation: Conversation {
    mutating func open() -> [UInt8] { [4, 0, 0, 1, 5, 0, 0, 0, 0] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 9 else { return octets.isEmpty || octets[0] & 0x80 != 0 ? .more : .foreign }
        guard (0x81...0x86).contains(octets[0]), octets[4] == 6 || octets[4] == 0, octets.big16(2) == 1 else {
            return .foreign
        }
        guard let size = octets.big32(5), size < conversationLimit else { return .foreign }
        guard octets.count >= 9 + size else { return .more }
        var identity = ServiceIdentity("cassandra")
        identity.product = "Apache Cassandra"
        if let place = octets.find("CQL_VERSION"), let length = octets.big16(place + 13), length < 40 {
            identity.extraInformation = "CQL " + Sanitizer.text(octets.slice(place + 15, length))
        }
        return .found(identity)
    }
}
