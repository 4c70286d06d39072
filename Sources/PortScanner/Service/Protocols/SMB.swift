/// SMB: NEGOTIATE of versions 2 and 3 (MS-SMB2, 2.2.3), which tells the dialect, and the server's name by NTLM's challenge.
struct SMBConversation: Conversation {
    private var dialect: Int?
    private var signing = false

    mutating func open() -> [UInt8] {
        var header: [UInt8] = [0xFE] + Array("SMB".utf8) + [64, 0, 0, 0]
        header += [UInt8](repeating: 0, count: 4) + [0, 0, 1, 0]
        header += [UInt8](repeating: 0, count: 48)
        // Five dialects, signing enabled; 3.1.1 would need contexts of its own.
        var body: [UInt8] = [36, 0, 4, 0, 1, 0, 0, 0, 0x7F, 0, 0, 0]
        body += Array("apus scan client".utf8)
        body += [UInt8](repeating: 0, count: 8)
        body += [0x02, 0x02, 0x10, 0x02, 0x00, 0x03, 0x02, 0x03]
        return Self.framed(header + body)
    }

    private static func framed(_ message: [UInt8]) -> [UInt8] {
        var framed: [UInt8] = []
        framed.append(big32: message.count)
        return framed + message
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 8 else { return octets.first == 0 || octets.isEmpty ? .more : .foreign }
        guard octets[0] == 0, let size = octets.big32(0), size < conversationLimit else { return .foreign }
        guard octets[4] == 0xFE || octets[4] == 0xFF, octets.starts("SMB", at: 5) else { return .foreign }
        guard octets.count >= 4 + size else { return .more }
        guard octets[4] == 0xFE else {
            var identity = ServiceIdentity("microsoft-ds")
            identity.extraInformation = "SMB 1 only"
            return .found(identity)
        }
        if dialect == nil {
            guard octets.little16(16) == 0, let told = octets.little16(72) else { return .found(identity([])) }
            dialect = told
            signing = (octets.little16(70) ?? 0) & 2 != 0
            return .send(Self.setup())
        }
        return .found(identity(octets))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { dialect == nil ? nil : identity(octets) }

    /// SESSION_SETUP with a raw NTLM NEGOTIATE, whose answer is a challenge that names the server (MS-NLMP, 2.2.1).
    private static func setup() -> [UInt8] {
        var header: [UInt8] = [0xFE] + Array("SMB".utf8) + [64, 0, 1, 0]
        header += [0, 0, 0, 0, 1, 0, 1, 0] + [0, 0, 0, 0, 0, 0, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0]
        header += [UInt8](repeating: 0, count: 32)
        var token = Array("NTLMSSP".utf8) + [0, 1, 0, 0, 0, 0x07, 0x82, 0x08, 0xA2]
        token += [UInt8](repeating: 0, count: 16) + [10, 0, 0, 0, 0, 0, 0, 15]
        let body: [UInt8] =
            [25, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 88, 0, UInt8(token.count), 0] + [UInt8](repeating: 0, count: 8)
        return framed(header + body + token)
    }

    private func identity(_ octets: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("microsoft-ds")
        let versions = [0x0202: "2.0.2", 0x0210: "2.1", 0x0300: "3.0", 0x0302: "3.0.2", 0x0311: "3.1.1"]
        identity.extraInformation =
            "SMB \(dialect.flatMap { versions[$0] } ?? "2")" + (signing ? ", signing required" : "")
        guard let start = octets.find("NTLMSSP\u{0}\u{2}\u{0}\u{0}\u{0}") else { return identity }
        let challenge = Array(octets[start...])
        if let flags = challenge.little32(20), flags & 0x0200_0000 != 0, let major = challenge.byte(48),
            let minor = challenge.byte(49),
            let build = challenge.little16(50)
        {
            // Samba has always said 6.1 with build 0; Windows tells its build.
            if build == 0 {
                identity.product = "Samba smbd"
                identity.platforms = [ServiceIdentity.platform("samba:samba", nil)]
                identity.operatingSystem = "Unix"
            } else {
                identity.product = "Microsoft Windows SMB"
                identity.operatingSystem = "Windows"
                identity.version = "\(major).\(minor).\(build)"
            }
        }
        // A list of pairs: 1 is the NetBIOS name, 3 the DNS name.
        guard let length = challenge.little16(40), let offset = challenge.little32(44) else { return identity }
        var place = offset
        while place + 4 <= min(offset + length, challenge.count), let kind = challenge.little16(place), kind != 0,
            let size = challenge.little16(place + 2)
        {
            if kind == 3 || kind == 1 && identity.hostName == nil {
                let name = Sanitizer.text(challenge.slice(place + 4, size).filter { $0 != 0 })
                if !name.isEmpty { identity.hostName = name }
            }
            place += 4 + size
        }
        return identity
    }
}
