/// MySQL and MariaDB: the handshake packet, or the error that stands for it (MySQL's protocol, "Connection Phase").
struct MySQLConversation: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool {
        guard let length = greeting.byte(0), greeting.byte(2) == 0, greeting.byte(3) == 0, let kind = greeting.byte(4)
        else { return false }
        return (kind == 10 || kind == 9 || kind == 0xFF) && length > 5
    }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 5 else { return .more }
        guard Self.claims(octets) else { return .foreign }
        let length = octets[0] == 0 ? 0 : Int(octets[0]) | Int(octets[1]) << 8
        guard octets.count >= 4 + length else { return .more }
        var identity = ServiceIdentity("mysql")
        guard octets[4] != 0xFF else {
            // An error without a handshake: 1130 is a host that may not connect, 1129 one that is blocked.
            let code = octets.little16(5) ?? 0
            guard (1000..<4000).contains(code) else { return .foreign }
            let text = Sanitizer.text(octets.slice(7, 200))
            identity.product = text.contains("MariaDB") ? "MariaDB" : "MySQL"
            identity.extraInformation = "error \(code): \(text)"
            return .found(identity)
        }
        let version = Sanitizer.text(octets.upTo(0, from: 5).slice(0, 80))
        guard version.first?.isNumber == true else { return .foreign }
        if let place = version.range(of: "MariaDB") {
            identity.product = "MariaDB"
            // `5.5.5-10.11.6-MariaDB`: the first part is for clients that take less than 10 for old.
            let front = version[..<place.lowerBound].split(separator: "-").last.map(String.init) ?? version
            identity.version = front
            identity.platforms = [ServiceIdentity.platform("mariadb:mariadb", front)]
            identity.readDistribution(version)
            if version.contains("deb") { identity.operatingSystem = "Linux" }
        } else {
            identity.product = "MySQL"
            identity.version = version
            identity.platforms = [ServiceIdentity.platform("mysql:mysql", version)]
        }
        return .found(identity)
    }
}
