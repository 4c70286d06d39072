/// Kafka: ApiVersions, version 0, which every broker since 0.10 answers (Kafka's protocol guide).
struct KafkaConversation: Conversation {
    private static let correlation = 0x4150_5553

    mutating func open() -> [UInt8] {
        let client = Array("apus".utf8)
        var request: [UInt8] = []
        request.append(big16: 18)
        request.append(big16: 0)
        request.append(big32: Self.correlation)
        request.append(big16: client.count)
        request += client
        var message: [UInt8] = []
        message.append(big32: request.count)
        return message + request
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 14 else { return octets.first == 0 || octets.isEmpty ? .more : .foreign }
        guard octets.big32(4) == Self.correlation, let size = octets.big32(0), size < conversationLimit,
            let count = octets.big32(10),
            count < 1000
        else { return .foreign }
        var identity = ServiceIdentity("kafka")
        identity.product = "Apache Kafka"
        identity.extraInformation = "\(count) kinds of request"
        identity.platforms = [ServiceIdentity.platform("apache:kafka", nil)]
        return .found(identity)
    }
}
