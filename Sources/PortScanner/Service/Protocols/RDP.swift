/// RDP: an X.224 connection request that asks for security protocols (MS-RDPBCGR, 2.2.1.1).
struct RDPConversation: Conversation {
    mutating func open() -> [UInt8] {
        [3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0x0B, 0, 0, 0]
    }

    /// Whether a server said so to words of another protocol: MCS's "disconnect provider ultimatum" in X.224's data (T.125, 11.15).
    static func isRefusal(_ octets: [UInt8]) -> Bool {
        octets.slice(0, 8) == [3, 0, 0, 9, 2, 0xF0, 0x80, 0x21]
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 11 else { return octets.first == 3 || octets.isEmpty ? .more : .foreign }
        guard octets[0] == 3, octets[1] == 0, octets[5] == 0xD0, let size = octets.big16(2), size == 11 || size == 19
        else { return .foreign }
        guard octets.count >= size else { return .more }
        var identity = ServiceIdentity("ms-wbt-server")
        guard size == 19 else {
            identity.extraInformation = "standard RDP security"
            return .found(identity)
        }
        let names = [0: "standard", 1: "TLS", 2: "CredSSP", 8: "CredSSP with early authorization"]
        if octets[11] == 2, let chosen = octets.little32(15) {
            identity.extraInformation = "security: \(names[chosen] ?? "\(chosen)")"
        } else if octets[11] == 3 {
            identity.extraInformation = "negotiation failed with code \(octets.little32(15) ?? 0)"
        }
        return .found(identity)
    }
}
