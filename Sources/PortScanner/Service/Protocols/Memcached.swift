/// memcached: its version, in its text protocol.
struct MemcachedConversation: Conversation {
    /// Over UDP a header of eight octets comes first.
    let isDatagram: Bool

    init(isDatagram: Bool = false) { self.isDatagram = isDatagram }

    mutating func open() -> [UInt8] { (isDatagram ? [0x41, 0x50, 0, 0, 0, 1, 0, 0] : []) + Array("version\r\n".utf8) }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        var octets = octets
        if isDatagram {
            guard octets.count > 8, octets.starts("AP") else { return .foreign }
            octets = Array(octets[8...])
        }
        guard let line = octets.line else { return octets.count < 128 ? .more : .foreign }
        guard line.starts("VERSION ") else { return .foreign }
        var identity = ServiceIdentity("memcached")
        identity.product = "Memcached"
        identity.version = Sanitizer.text(line.slice(8, 40))
        identity.platforms = [ServiceIdentity.platform("memcached:memcached", identity.version)]
        return .found(identity)
    }
}
