/// A conversation that the server begins.
protocol GreetedConversation: Conversation {
    /// Whether a server that begins so may speak this protocol.
    static func claims(_ greeting: [UInt8]) -> Bool
    init()
}

/// Listens: most servers that speak first can be told by what they say.
package struct GreetingConversation: Conversation {
    private var inner: (any Conversation)?

    package init() {}

    private static let protocols: [any GreetedConversation.Type] = [
        SSHConversation.self, FTPConversation.self, SMTPConversation.self, POP3Conversation.self, IMAPConversation.self,
        MySQLConversation.self, VNCConversation.self, RsyncConversation.self, TelnetConversation.self,
        IRCConversation.self,
        NNTPConversation.self, SubversionConversation.self, SimpleGreeting.self,
    ]

    package mutating func open() -> [UInt8] { [] }

    package mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        if inner == nil {
            guard let claimant = Self.protocols.first(where: { $0.claims(octets) }) else {
                return octets.count < 1024 ? .more : .foreign
            }
            inner = claimant.init()
        }
        guard let step = inner?.receive(octets) else { return .more }
        // More octets may tell another protocol, as long as this one said nothing.
        if case .foreign = step { inner = nil }
        return step
    }

    package mutating func end(_ octets: [UInt8]) -> ServiceIdentity? {
        if let told = inner?.end(octets) { return told }
        return nil
    }
}

/// Servers that say one line, which tells them.
struct SimpleGreeting: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool { identity(greeting) != nil }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        Self.identity(octets).map { .found($0) } ?? .foreign
    }

    private static func identity(_ octets: [UInt8]) -> ServiceIdentity? {
        for (start, name, product) in starts where octets.starts(start) {
            var identity = ServiceIdentity(name)
            identity.product = product
            return identity
        }
        return nil
    }

    private static let starts = [
        ("220 VMware Authentication Daemon", "vmware-auth", "VMware Authentication Daemon"),
        ("TS3\n", "ts3", "TeamSpeak 3 ServerQuery"), ("TS3\r\n", "ts3", "TeamSpeak 3 ServerQuery"),
        ("JDWP-Handshake", "jdwp", "Java Debug Wire Protocol"),
        ("HTTP/1.", "http", nil), ("<?xml version='1.0'?><stream:", "xmpp", nil),
    ]
}

extension Array<UInt8> {
    /// The code of a reply of SMTP's and FTP's form once its last line has come (RFC 5321, 4.2.1); nil before.
    var finalReplyCode: Int? {
        guard last == 0x0A else { return nil }
        let lines = split(separator: 0x0A)
        guard let line = lines.last, line.count >= 3, line.prefix(3).allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let rest = line.dropFirst(3).first
        guard rest == nil || rest == 0x20 || rest == 0x0D else { return nil }
        return line.prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
