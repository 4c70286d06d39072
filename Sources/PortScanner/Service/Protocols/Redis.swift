/// Redis and what speaks as it does: PING, and INFO if it is allowed (Redis's protocol, RESP2).
struct RedisConversation: Conversation {
    private var isKnown = false
    private var needsPassword = false

    mutating func open() -> [UInt8] { Array("*1\r\n$4\r\nPING\r\n".utf8) }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard isKnown else {
            guard let line = octets.line else { return octets.count < 256 ? .more : .foreign }
            let text = Sanitizer.text(line)
            needsPassword = text.hasPrefix("-NOAUTH") || text.contains("operation not permitted")
            guard text == "+PONG" || needsPassword || text.hasPrefix("-DENIED Redis") || text.hasPrefix("-LOADING")
            else { return .foreign }
            isKnown = true
            if needsPassword || text.hasPrefix("-DENIED") { return .found(identity([])) }
            return .send(Array("*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n".utf8))
        }
        guard octets.find("redis_version:") != nil || octets.starts("-") else { return .more }
        return octets.find("\r\narch_bits") == nil && octets.count < 2048 && !octets.starts("-")
            ? .more : .found(identity(octets))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { isKnown ? identity(octets) : nil }

    private func identity(_ information: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("redis")
        identity.product = "Redis key-value store"
        if needsPassword { identity.extraInformation = "password required" }
        for line in information.lines {
            if line.hasPrefix("redis_version:") { identity.version = String(line.dropFirst(14)) }
            if line.hasPrefix("valkey_version:") {
                identity.product = "Valkey key-value store"
                identity.version = String(line.dropFirst(15))
            }
            if line.hasPrefix("os:Linux") { identity.operatingSystem = "Linux" }
        }
        identity.platforms = [ServiceIdentity.platform("redis:redis", identity.version)]
        return identity
    }
}
