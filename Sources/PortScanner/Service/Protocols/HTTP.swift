/// HTTP: the root page, and `/version` of servers that do not name themselves (RFC 9110).
struct HTTPConversation: Conversation {
    private let host: String
    private let path: String
    /// What the root told, when this asks for more.
    private var root: ServiceIdentity?

    init(host: String) { (self.host, path) = (host, "/") }

    private init(host: String, path: String, root: ServiceIdentity) {
        (self.host, self.path, self.root) = (host, path, root)
    }

    mutating func open() -> [UInt8] {
        Array(
            "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: apus-scan\r\nAccept: */*\r\nConnection: close\r\n\r\n"
                .utf8)
    }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.starts("HTTP/") else {
            return octets.count < 5 && Array("HTTP/".utf8).starts(with: octets) ? .more : foreign
        }
        guard let response = Response(octets) else { return octets.count < conversationLimit ? .more : foreign }
        // RTSP and SIP servers say so in their own status lines; what says HTTP is HTTP.
        if !response.isWhole(octets), octets.count < conversationLimit { return .more }
        return conclude(response)
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? {
        guard let response = Response(octets) else { return root }
        switch conclude(response) {
        case .found(let identity), .follow(_, let identity): return identity
        default: return root
        }
    }

    private var foreign: ConversationStep { root.map { .found($0) } ?? .foreign }

    private func conclude(_ response: Response) -> ConversationStep {
        if var root {
            HTTPProducts.read(version: response, into: &root)
            return .found(root)
        }
        var identity = HTTPProducts.read(root: response)
        // A server that wants TLS says 400 to those who don't speak it.
        if response.status == 400 { identity.confidence = .resembled }
        guard identity.product == nil, response.status != 400 else { return .found(identity) }
        return .follow(HTTPConversation(host: host, path: "/version", root: identity), orElse: identity)
    }

    /// A response as far as it came.
    struct Response {
        var status: Int
        var fields: [(name: String, value: String)]
        var body: [UInt8]

        init?(_ octets: [UInt8]) {
            guard let end = octets.find("\r\n\r\n").map({ ($0, 4) }) ?? octets.find("\n\n").map({ ($0, 2) }) else {
                return nil
            }
            let lines = octets[..<end.0].split(separator: 0x0A)
            let words = lines.first.map { Sanitizer.text(Array($0), limit: 200) }?.split(separator: " ") ?? []
            guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]),
                (100..<1000).contains(status)
            else { return nil }
            self.status = status
            fields = lines.dropFirst().prefix(64).compactMap { line in
                guard let colon = line.firstIndex(of: 0x3A) else { return nil }
                return (
                    Sanitizer.text(Array(line[..<colon]), limit: 60).lowercased(),
                    Sanitizer.text(Array(line[line.index(after: colon)...]), limit: 200)
                )
            }
            body = Array(octets[(end.0 + end.1)...])
        }

        subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

        /// Whether the body is all there, as far as its length is told.
        func isWhole(_ octets: [UInt8]) -> Bool {
            guard let told = self["content-length"], let length = Int(told) else {
                return self["transfer-encoding"] == nil ? status == 204 || status == 304 : body.find("\r\n0\r\n") != nil
            }
            return body.count >= length
        }
    }
}
