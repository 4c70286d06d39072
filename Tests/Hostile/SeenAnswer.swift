/// An answer that reached a client, read strictly.
package struct SeenAnswer: Sendable {
    package enum Result {
        case whole(SeenAnswer, count: Int)
        case incomplete
        case fault(String)
    }

    package var status = 0
    package var lines: [String] = []
    package var names: Set<String> = []
    package var body: [UInt8] = []
    package var isInterim: Bool { status < 200 && status != 101 }

    /// The code in Proxy-Status's details.
    package var reason: String? {
        guard let line = lines.first(where: { $0.hasPrefix("proxy-status: ") }),
            let start = line.firstRange(of: "details=\"")?.upperBound
        else { return nil }
        return String(line[start...].prefix { $0 != "\"" })
    }

    /// Reads an answer at the front of `octets`, after which the connection may have ended.
    package static func read(_ octets: [UInt8], isHead: Bool, hasEnded: Bool) -> Result {
        guard let feed = octets.firstIndex(of: 0x0A) else {
            if !octets.isEmpty, !"HTTP/1.".utf8.starts(with: octets.prefix(7)) { return .fault("no status line") }
            return .incomplete
        }
        let line = octets[..<feed]
        guard line.last == 0x0D, line.count >= 13, line.starts(with: "HTTP/1.".utf8),
            line[7] == 0x31 || line[7] == 0x30, line[8] == 0x20, let status = HTTPText.number(line[9..<12]),
            line[12] == 0x20 || line[12] == 0x0D, status >= 100,
            !line.dropLast().contains(where: { $0 < 0x20 && $0 != 9 })
        else { return .fault("no status line") }
        let fields: FieldLines
        switch FieldLines.read(octets, from: feed + 1) {
        case .whole(let read): fields = read
        case .incomplete: return .incomplete
        case .fault(let fault): return .fault(fault)
        }
        var answer = SeenAnswer()
        answer.status = status
        answer.lines = fields.lines.map { "\($0.name): \($0.value)" }
        answer.names = Set(fields.lines.map(\.name))
        let lengths = fields.values("content-length")
        let codings = fields.values("transfer-encoding")
        if lengths.count > 1 || !lengths.isEmpty && !codings.isEmpty { return .fault("two ways of framing") }
        if (status < 200 || status == 204) && (!lengths.isEmpty || !codings.isEmpty) {
            return .fault("framing in a \(status)")
        }
        for option in fields.values("connection").flatMap(HTTPText.members)
        where !["close", "keep-alive", "upgrade"].contains(option) {
            return .fault("a connection option of another hop: \(option)")
        }
        if status < 200 || status == 204 || status == 304 || isHead { return .whole(answer, count: fields.end) }
        if !codings.isEmpty {
            guard codings == ["chunked"] else { return .fault("the transfer coding '\(codings)'") }
            if line[7] == 0x30 { return .fault("chunks in HTTP/1.0") }
            switch ChunkedBody.read(octets, from: fields.end) {
            case .whole(let body, _, let end):
                answer.body = body
                return .whole(answer, count: end)
            case .incomplete: return .incomplete
            case .fault(let fault): return .fault(fault)
            }
        }
        if let length = lengths.first {
            guard let count = HTTPText.number(length.utf8) else { return .fault("the length '\(length)'") }
            guard octets.count - fields.end >= count else { return .incomplete }
            answer.body = Array(octets[fields.end..<fields.end + count])
            return .whole(answer, count: fields.end + count)
        }
        guard hasEnded else { return .incomplete }
        answer.body = Array(octets[fields.end...])
        return .whole(answer, count: octets.count)
    }
}
