/// A request that reached a backend, with all that is wrong with it.
package struct SeenRequest: Sendable {
    package enum Result {
        case whole(SeenRequest, count: Int)
        /// The head is whole, the body is not.
        case head(SeenRequest)
        case incomplete
        /// Nobody can say where it ends.
        case fault(String)
    }

    package var method = ""
    package var target = ""
    package var hosts: [String] = []
    package var lines: [String] = []
    package var names: Set<String> = []
    package var body: [UInt8] = []
    /// Rules that it breaks although its end is clear.
    package var faults: [String] = []
    package var isUpgrade = false

    /// Reads a request at the front of what a connection has brought.
    package static func read(_ octets: [UInt8]) -> Result {
        guard let feed = octets.firstIndex(of: 0x0A) else { return .incomplete }
        guard feed > 0, octets[feed - 1] == 0x0D else { return .fault("a bare line feed in the request line") }
        let words = octets[..<(feed - 1)].split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3 else { return .fault("a request line of \(words.count) words") }
        var request = SeenRequest()
        (request.method, request.target) = (HTTPText.text(words[0]), HTTPText.text(words[1]))
        guard HTTPText.isToken(words[0]) else { return .fault("a method that is no token") }
        let version = HTTPText.text(words[2])
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { return .fault("the version \(version)") }
        request.checkTarget(words[1])
        let fields: FieldLines
        switch FieldLines.read(octets, from: feed + 1) {
        case .whole(let read): fields = read
        case .incomplete: return .incomplete
        case .fault(let fault): return .fault(fault)
        }
        request.lines = fields.lines.map { "\($0.name): \($0.value)" }
        request.names = Set(fields.lines.map(\.name))
        request.hosts = fields.values("host")
        request.checkFields(fields, isHTTP11: version == "HTTP/1.1")
        return request.readBody(octets, fields)
    }

    private mutating func checkTarget(_ target: some Collection<UInt8>) {
        if target.contains(where: { !(0x21...0x7E).contains($0) || "\"#<>".utf8.contains($0) }) {
            faults.append("a target with octets to be encoded")
        }
        if method == "CONNECT" { faults.append("CONNECT") }
        if target.first != UInt8(ascii: "/"), !(method == "OPTIONS" && target.elementsEqual("*".utf8)) {
            faults.append("a target that is not in origin form")
        }
    }

    private mutating func checkFields(_ fields: FieldLines, isHTTP11: Bool) {
        if hosts.count > 1 { faults.append("more than one Host") }
        if hosts.isEmpty, isHTTP11 { faults.append("no Host") }
        if let host = hosts.first, !host.isEmpty, !HTTPText.isAuthority(host) { faults.append("a Host that is none") }
        let options = fields.values("connection").flatMap(HTTPText.members)
        isUpgrade = options.contains("upgrade") && !fields.values("upgrade").isEmpty
        for name in ["keep-alive", "proxy-connection", "http2-settings"] where !fields.values(name).isEmpty {
            faults.append("a field for one hop: \(name)")
        }
        for name in ["te", "upgrade"] where !fields.values(name).isEmpty && !options.contains(name) {
            faults.append("a field for one hop: \(name)")
        }
        for option in options where !["close", "keep-alive", "upgrade", "te"].contains(option) {
            faults.append("a connection option of another hop: \(option)")
        }
    }

    private mutating func readBody(_ octets: [UInt8], _ fields: FieldLines) -> Result {
        let lengths = fields.values("content-length")
        let codings = fields.values("transfer-encoding")
        if !codings.isEmpty, !lengths.isEmpty { faults.append("Content-Length beside Transfer-Encoding") }
        if lengths.count > 1 { faults.append("more than one Content-Length") }
        if !codings.isEmpty {
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                return .fault("the transfer coding '\(codings.joined(separator: ", "))'")
            }
            switch ChunkedBody.read(octets, from: fields.end) {
            case .whole(let octets, let trailers, let end):
                body = octets
                for name in trailers
                where ["content-length", "host", "authorization", "transfer-encoding", "content-encoding"].contains(
                    name)
                {
                    faults.append("the trailer \(name)")
                }
                return .whole(self, count: end)
            case .incomplete: return .head(self)
            case .fault(let fault): return .fault(fault)
            }
        }
        guard let length = lengths.first else { return .whole(self, count: fields.end) }
        guard let count = HTTPText.number(length.utf8) else { return .fault("the length '\(length)'") }
        guard octets.count - fields.end >= count else { return .head(self) }
        body = Array(octets[fields.end..<fields.end + count])
        return .whole(self, count: fields.end + count)
    }

    var isCanary: Bool { target.contains("/canary-") && method == "GET" && body.isEmpty }
}
