/// Where a member of etcd is reached: `http://HOST:PORT`, or `https://HOST:PORT`.
package struct EtcdEndpoint: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let isSecure: Bool

    /// Reads a URL without path; the scheme may be left out, which is `http`, and so may the port, which is 2379.
    package init?(_ text: String) {
        var rest = text[...]
        if rest.hasPrefix("https://") {
            isSecure = true
            rest = rest.dropFirst(8)
        } else {
            isSecure = false
            if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        }
        if rest.last == "/" { rest = rest.dropLast() }
        var number = 2379
        var name = rest
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { return nil }
            name = rest[rest.index(after: rest.startIndex)..<close]
            rest = rest[rest.index(after: close)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
        } else if let colon = rest.firstIndex(of: ":") {
            name = rest[..<colon]
            rest = rest[colon...]
        } else {
            rest = ""
        }
        if !rest.isEmpty {
            guard let value = UInt16(rest.dropFirst()), value > 0 else { return nil }
            number = Int(value)
        }
        let isName = name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                UInt8(ascii: "_"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
        guard isName, (1...255).contains(name.utf8.count) else { return nil }
        (host, port) = (String(name), number)
    }

    package var description: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
