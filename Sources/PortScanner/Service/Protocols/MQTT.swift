/// MQTT: CONNECT of version 3.1.1, answered by CONNACK whether it is let in or not (MQTT 3.1.1, 3.1, 3.2).
struct MQTTConversation: Conversation {
    mutating func open() -> [UInt8] {
        // Protocol name, level 4, a clean session, 30 s, and a client's name.
        let payload: [UInt8] = [0, 4] + Array("MQTT".utf8) + [4, 2, 0, 30, 0, 9] + Array("apus-scan".utf8)
        return [0x10, UInt8(payload.count)] + payload
    }

    private var isKnown = false
    private var code = 0

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard isKnown else {
            guard octets.count >= 4 else { return octets.first == 0x20 || octets.isEmpty ? .more : .foreign }
            guard octets[0] == 0x20, octets[1] == 2, octets[2] <= 1, octets[3] <= 5 else { return .foreign }
            isKnown = true
            code = Int(octets[3])
            guard code == 0 else { return .found(identity([])) }
            // Brokers tell their version on a topic that begins with a dollar sign.
            let topic = Array("$SYS/broker/version".utf8)
            return .send([0x82, UInt8(topic.count + 5), 0, 1, 0, UInt8(topic.count)] + topic + [0])
        }
        return octets.find("$SYS/broker/version") == nil ? .more : .found(identity(octets))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { isKnown ? identity(octets) : nil }

    private func identity(_ octets: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("mqtt")
        if code > 0 { identity.extraInformation = code >= 4 ? "not authorized" : "refused with code \(code)" }
        if let place = octets.find("$SYS/broker/version") {
            let text = Sanitizer.text(octets.slice(place + 19, 60))
            identity.apply([BannerRule("mosquitto version {v}*", "Eclipse Mosquitto", "eclipse:mosquitto")], to: text)
            if identity.product == nil { identity.product = text }
        }
        return identity
    }
}
