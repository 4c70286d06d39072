/// X11: a connection setup without a password, which is answered whether it is let in or not (X protocol, 8).
struct X11Conversation: Conversation {
    mutating func open() -> [UInt8] { [0x6C, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 8 else { return octets.isEmpty || octets[0] <= 2 ? .more : .foreign }
        guard octets[0] <= 2, octets.little16(2) == 11, octets.little16(4) == 0 else { return .foreign }
        var identity = ServiceIdentity("x11")
        identity.extraInformation = octets[0] == 1 ? "open to everybody" : "access denied"
        return .found(identity)
    }
}
