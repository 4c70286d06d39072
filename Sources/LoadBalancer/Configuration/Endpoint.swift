internal import Linux
internal import Settings

/// A host, by name or address, and a port: where a server is.
struct Endpoint: Sendable, Equatable {
    /// An address without brackets, or a name in the file's spelling.
    let host: String
    let port: UInt16

    /// Reads `host:port` with the hints that people need who write it otherwise.
    init(_ text: String) throws(Refusal) {
        if text.contains("://") { throw Refusal("leave out the scheme, as in 'app.example:80'") }
        if text.contains("/") { throw Refusal("leave out the path") }
        guard let colon = text.lastIndex(of: ":") else {
            let isPort = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            throw Refusal(
                isPort
                    ? "give a host as well, as in '127.0.0.1:\(text)'"
                    : "give a port as well, as in '\(text.utf8.count < 48 ? text : "app.example"):80'")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { throw Refusal("brackets are for IPv6 addresses only") }
        } else if host.contains(":") {
            throw Refusal("an IPv6 address needs brackets, as in '[::1]:80'")
        }
        let digits = text[text.index(after: colon)...].utf8
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(text[text.index(after: colon)...])
        else { throw Refusal("a port is a number up to 65535") }
        (self.host, self.port) = (String(host), port)
    }

    /// The address, if the host is one; an empty host is every address of the machine.
    var literal: SocketAddress? { SocketAddress(host: host, port: port) }

    /// Why the host cannot be a name (RFC 952, RFC 1123, 2.1; `_` as containers' names have it); nil if it can.
    static func problem(withName name: some StringProtocol) -> String? {
        guard !name.isEmpty else { return "a host is missing" }
        guard name.utf8.count <= 253 else { return "a name has at most 253 characters" }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            return "write an international name in its ASCII form, which begins with 'xn--'"
        }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            if label.isEmpty { return "a dot stands at the name's beginning or end, or twice" }
            if label.utf8.count > 63 { return "the parts between dots have at most 63 characters" }
            let isPlain = label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            if !isPlain || label.hasPrefix("-") || label.hasSuffix("-") {
                return "a name has letters, digits, dots, and '-' between them"
            }
        }
        // The resolver would take 127.1 or 1 for addresses (inet_aton(3)), which nobody means.
        if labels[labels.count - 1].allSatisfy(\.isNumber) { return "it is no IPv4 address" }
        return nil
    }
}
