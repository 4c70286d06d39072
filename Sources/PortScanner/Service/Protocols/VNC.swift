/// VNC: the version of the remote framebuffer protocol, and the security that is offered (RFC 6143, 7.1).
struct VNCConversation: GreetedConversation {
    private var version: String?

    static func claims(_ greeting: [UInt8]) -> Bool { greeting.starts("RFB ") }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard version != nil else {
            guard octets.starts("RFB ") else { return octets.count < 4 ? .more : .foreign }
            guard octets.count >= 12 else { return .more }
            guard octets[11] == 0x0A, octets.slice(4, 7).allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else {
                return .foreign
            }
            version = Sanitizer.text(octets.slice(4, 7))
            return .send(Array(octets[..<12]))
        }
        guard let count = octets.byte(0), octets.count > count else { return .more }
        return .found(identity(octets.slice(1, count)))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { version == nil ? nil : identity([]) }

    private func identity(_ types: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("vnc")
        identity.extraInformation = "protocol \(version ?? "")"
        let names = types.prefix(16).map { Self.names[$0] ?? "type \($0)" }
        if !names.isEmpty { identity.extraInformation?.append("; security: " + names.joined(separator: ", ")) }
        return identity
    }

    private static let names: [UInt8: String] = [
        1: "none", 2: "VNC", 5: "RA2", 6: "RA2ne", 16: "Tight", 18: "TLS", 19: "VeNCrypt", 30: "Apple", 129: "RA256",
    ]
}
