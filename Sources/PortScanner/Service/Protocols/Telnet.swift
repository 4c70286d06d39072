/// Telnet: option negotiation at the beginning, and the text behind it (RFC 854).
struct TelnetConversation: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool {
        greeting.count >= 3 && greeting[0] == 255 && (250...254).contains(greeting[1])
    }

    private var isAnswered = false

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard isAnswered || Self.claims(octets) else { return octets.count < 3 ? .more : .foreign }
        let text = Self.text(octets)
        if !text.isEmpty { return .found(identity(text)) }
        guard !isAnswered else { return .more }
        isAnswered = true
        // Every option is refused, so that the server comes to its prompt.
        var answer: [UInt8] = []
        var place = 0
        while place + 2 < octets.count, octets[place] == 255, answer.count < 300 {
            switch octets[place + 1] {
            case 253: answer += [255, 252, octets[place + 2]]
            case 251: answer += [255, 254, octets[place + 2]]
            default: break
            }
            place += 3
        }
        return answer.isEmpty ? .more : .send(answer)
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? {
        isAnswered || Self.claims(octets) ? identity(Self.text(octets)) : nil
    }

    private func identity(_ text: String) -> ServiceIdentity {
        var identity = ServiceIdentity("telnet")
        if !text.isEmpty { identity.banner = text }
        identity.readDistribution(text)
        for (word, product) in [
            ("BusyBox", "BusyBox telnetd"), ("User Access Verification", "Cisco IOS telnetd"),
            ("MikroTik", "MikroTik RouterOS telnetd"),
        ]
        where text.contains(word) { identity.product = product }
        return identity
    }

    /// What is there beside negotiation.
    private static func text(_ octets: [UInt8]) -> String {
        var left: [UInt8] = []
        var place = 0
        while place < octets.count {
            guard octets[place] == 255 else {
                left.append(octets[place])
                place += 1
                continue
            }
            guard octets.byte(place + 1) == 250 else {
                place += 3
                continue
            }
            place += 2
            while place < octets.count, octets[place] != 240 { place += 1 }
            place += 1
        }
        return Sanitizer.text(left)
    }
}
