/// AMQP 0-9-1: the server's Connection.Start with its properties (AMQP 0-9-1, 1.4.2.1); also 1.0 by its header.
struct AMQPConversation: Conversation {
    mutating func open() -> [UInt8] { Array("AMQP".utf8) + [0, 0, 9, 1] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        if octets.starts("AMQP") {
            guard octets.count >= 8 else { return .more }
            var identity = ServiceIdentity("amqp")
            identity.extraInformation = "protocol \(octets[5]).\(octets[6]).\(octets[7])"
            return .found(identity)
        }
        // A method frame of channel 0: class 10, method 10.
        guard octets.count >= 11 else { return octets.first == 1 || octets.isEmpty ? .more : .foreign }
        guard octets[0] == 1, octets.big16(1) == 0, octets.big16(7) == 10, octets.big16(9) == 10,
            let size = octets.big32(3),
            size < conversationLimit
        else { return .foreign }
        guard octets.count >= 8 + size else { return .more }
        var identity = ServiceIdentity("amqp")
        identity.product = text("product", of: octets)
        identity.version = text("version", of: octets)
        identity.extraInformation = "protocol 0-9-1" + (text("platform", of: octets).map { "; \($0)" } ?? "")
        if identity.product == "RabbitMQ" {
            identity.platforms = [ServiceIdentity.platform("vmware:rabbitmq", identity.version)]
        }
        return .found(identity)
    }

    /// A long string in the table of properties: a short name, `S`, a length, the text.
    private func text(_ name: String, of octets: [UInt8]) -> String? {
        guard let place = octets.find("\(name)S"), octets.byte(place - 1) == name.utf8.count else { return nil }
        let start = place + name.utf8.count + 1
        guard let length = octets.big32(start), (1..<200).contains(length) else { return nil }
        return Sanitizer.text(octets.slice(start + 4, length))
    }
}
