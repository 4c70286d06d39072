internal import Linux
internal import Settings

/// The forms of text that only a load balancer's file has.
enum Forms {
    private static let name = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"

    /// Where to listen.
    static let bind = Schema<SocketAddress>.text(
        Form(
            "an address", examples: ["127.0.0.1:8080", ":8080", "[::1]:8080"],
            pattern: #"^([0-9.]+|\[[0-9A-Fa-f:.]+\])?:[0-9]{1,5}$"#),
        write: { $0.description }
    ) { text throws(Refusal) in
        let endpoint = try Endpoint(text)
        guard let address = endpoint.literal else {
            throw Refusal("give an address of this machine; names are not looked up here")
        }
        return address
    }

    /// Where a server is.
    static let server = Schema<Endpoint>.text(
        Form(
            "a server", examples: ["10.0.0.1:8080", "app.example:8080", "[2001:db8::1]:8080"],
            pattern: #"^(\#(name)(\.\#(name))*|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$"#)
    ) { text throws(Refusal) in
        let endpoint = try Endpoint(text)
        guard endpoint.port > 0 else { throw Refusal("a server's port is 1 to 65535") }
        if !endpoint.host.isEmpty, endpoint.literal != nil { return endpoint }
        if endpoint.host.contains(":") { throw Refusal("it is no IPv6 address") }
        if let problem = Endpoint.problem(withName: endpoint.host) { throw Refusal(problem) }
        return endpoint
    }

    /// The hosts a route takes.
    static let routeHost = Schema<String>.text(
        Form(
            "a host", examples: ["app.example", "*.app.example"],
            pattern: #"^((\*\.)?\#(name)(\.\#(name))*|\[[0-9A-Fa-f:.]+\])$"#)
    ) { text throws(Refusal) in
        if text == "*" { throw Refusal("leave the key out for every host") }
        let host = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        if host.contains("*") { throw Refusal("'*.' can only stand in front of a whole name") }
        return try (host.count < text.count ? "*." : "") + Forms.host(host)
    }

    /// One host, as a request or a certificate names it.
    static let plainHost = Schema<String>.text(
        Form("a host", examples: ["app.example"], pattern: #"^(\#(name)(\.\#(name))*|\[[0-9A-Fa-f:.]+\])$"#)
    ) { text throws(Refusal) in try Forms.host(text[...]) }

    /// A name or address without a port, in lower case.
    private static func host(_ text: Substring) throws(Refusal) -> String {
        if text.contains("/") { throw Refusal("leave out the scheme and the path") }
        if text.hasPrefix("["), text.hasSuffix("]"), SocketAddress(host: String(text), port: 0) != nil {
            return text.lowercased()
        }
        if text.contains(":") { throw Refusal("leave out the port") }
        if SocketAddress(host: String(text), port: 0) != nil, !text.isEmpty { return String(text) }
        if let problem = Endpoint.problem(withName: text) { throw Refusal(problem) }
        return text.lowercased()
    }

    /// The paths a route takes.
    static let routePath = Schema<String>.text(
        Form(
            "a path", examples: ["/status", "/api/*"],
            pattern: #"^/([!-"$-)+->@-~]*|([!-"$-)+->@-~]*/)?\*)$"#)
    ) { text throws(Refusal) in
        let path = try Forms.path(text)
        if text.contains("?") { throw Refusal("a route cannot look at the query; leave out '?' and what follows") }
        guard let star = path.firstIndex(of: "*") else { return path }
        guard path.index(after: star) == path.endIndex, path.hasSuffix("/*") else {
            throw Refusal("'*' can only stand at the end, after a '/'")
        }
        return path
    }

    /// What a health check asks for.
    static let healthPath = Schema<String>.text(
        Form("a path", examples: ["/healthz"], pattern: #"^/[!-"$-~]*$"#), write: { $0 }
    ) { text throws(Refusal) in try Forms.path(text) }

    /// A path as requests have it, which begins with a slash.
    static func path(_ text: String) throws(Refusal) -> String {
        guard text.hasPrefix("/") else { throw Refusal("begin it with '/'") }
        for octet in text.utf8 {
            if octet >= 0x80 { throw Refusal("write it percent-encoded, as requests do") }
            if octet <= 0x20 || octet == 0x7F { throw Refusal("write a space as %20, as requests do") }
            if octet == UInt8(ascii: "#") { throw Refusal("a request has no '#'") }
        }
        return text
    }

    /// Addresses of clients.
    static let prefix = Schema<AddressPrefix>.text(
        Form("addresses", examples: ["10.0.0.0/8", "2001:db8::/32"], pattern: #"^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"#)
    ) { text throws(Refusal) in
        let isPlain = text.utf8.allSatisfy { $0 == UInt8(ascii: "/") || Forms.addressOctets.contains($0) }
        guard isPlain, !text.hasPrefix("/"), let prefix = AddressPrefix(text) else { throw Refusal() }
        let width = prefix.address.isIPv6 ? 128 : 32
        let rest = UInt128(width - prefix.length)
        let bits = rest == 128 ? 0 : (prefix.address.bits >> rest) << rest
        guard bits == prefix.address.bits else {
            let first =
                prefix.address.isIPv6
                ? SocketAddress(ipv6: bits, port: 0) : SocketAddress(ipv4: UInt32(truncatingIfNeeded: bits), port: 0)
            throw Refusal("did you mean '\(first.host)/\(prefix.length)'?")
        }
        return prefix
    }

    private static let addressOctets = Set("0123456789abcdefABCDEF:.".utf8)

    /// The statuses that count as healthy.
    static let statuses = Schema<ClosedRange<Int>>.text(
        Form(
            "a status or a range of them", examples: ["200", "200-399"],
            pattern: "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$", mayBeNumber: true),
        write: { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    ) { text throws(Refusal) in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.count == 3 ? Int($0) : nil }
        guard (1...2).contains(parts.count), numbers.count == parts.count,
            numbers.allSatisfy((100...599).contains), let first = numbers.first, let last = numbers.last
        else { throw Refusal() }
        guard first <= last else { throw Refusal("did you mean '\(last)-\(first)'?") }
        return first...last
    }

    /// A file's path.
    static let file = Schema<String>.text(
        Form("a file", examples: ["access.log", "/var/log/apus/access.log"], pattern: "^[^\\u0000]+$"), write: { $0 }
    ) { text throws(Refusal) in
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Refusal() }
        return text
    }
}
