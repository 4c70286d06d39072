/// MongoDB: `isMaster` in the old form that all versions take (OP_QUERY; MongoDB's wire protocol).
struct MongoDBConversation: Conversation {
    private static let identifier = 0x4150_5553

    mutating func open() -> [UInt8] { Self.query("isMaster") }

    /// A query of `admin.$cmd` for `{ name: 1 }`.
    static func query(_ name: String) -> [UInt8] {
        var document: [UInt8] = []
        document.append(little32: 4 + 1 + name.utf8.count + 1 + 4 + 1)
        document += [0x10] + Array(name.utf8) + [0, 1, 0, 0, 0, 0]
        var body: [UInt8] = []
        body.append(little32: 0)
        body += Array("admin.$cmd".utf8) + [0]
        body.append(little32: 0)
        body.append(little32: -1)
        body += document
        var message: [UInt8] = []
        message.append(little32: 16 + body.count)
        message.append(little32: identifier)
        message.append(little32: 0)
        message.append(little32: 2004)
        return message + body
    }

    private var isKnown = false

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.count >= 16 else { return .more }
        guard octets.little32(8) == Self.identifier, octets.little32(12) == 1, let length = octets.little32(0),
            length < conversationLimit
        else {
            return isKnown ? .found(identity(octets)) : .foreign
        }
        guard octets.count >= length else { return .more }
        guard isKnown else {
            isKnown = true
            return .send(Self.query("buildInfo"))
        }
        return .found(identity(octets))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { isKnown ? identity(octets) : nil }

    private func identity(_ octets: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("mongodb")
        identity.product = "MongoDB"
        // A string element: 2, its name, a length, the text.
        if let place = octets.find("\u{2}version\u{0}"), let length = octets.little32(place + 9),
            (2..<40).contains(length)
        {
            identity.version = Sanitizer.text(octets.slice(place + 13, length - 1))
        }
        identity.platforms = [ServiceIdentity.platform("mongodb:mongodb", identity.version)]
        return identity
    }
}
