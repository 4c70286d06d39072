/// An HTTP/1.1 message as a peer of the proxy reads it: strictly, and by means of its own.
struct Message {
    enum Reading {
        /// More octets are needed; the head, if it is whole.
        case partial(head: Message?)
        case whole(Message)
        case malformed(String)
    }

    var line = ""
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Octets that the message takes.
    var count = 0

    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The status of a response; 0 for a request.
    var status: Int { line.hasPrefix("HTTP/1.1 ") ? Int(line.dropFirst(9).prefix(3)) ?? 0 : 0 }

    /// Reads the message at the front of `octets`; `isBodyless` says that none follows, whatever the head promises.
    static func read(_ octets: [UInt8], isBodyless: Bool) -> Reading {
        guard let end = octets.end(ofLine: [13, 10, 13, 10], from: 0) else { return .partial(head: nil) }
        var message = Message()
        let lines = String(decoding: octets[..<(end - 4)], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        message.line = String(lines[0])
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].first == " " else { return .malformed("field line \(line)") }
            message.fields.append((parts[0].lowercased(), String(parts[1].dropFirst())))
        }
        message.count = end
        let isBare = isBodyless || message.status / 100 == 1 || message.status == 204
        if isBare { return .whole(message) }
        if message.value("transfer-encoding") == "chunked" { return message.readChunks(octets) }
        guard let text = message.value("content-length") else {
            return message.status == 0 ? .whole(message) : .malformed("no framing: \(message.line)")
        }
        guard let length = Int(text) else { return .malformed("Content-Length: \(text)") }
        guard octets.count >= end + length else { return .partial(head: message) }
        message.body = Array(octets[end..<(end + length)])
        message.count = end + length
        return .whole(message)
    }

    private func readChunks(_ octets: [UInt8]) -> Reading {
        var message = self
        while true {
            guard let data = octets.end(ofLine: [13, 10], from: message.count) else { return .partial(head: self) }
            let text = String(decoding: octets[message.count..<(data - 2)], as: UTF8.self)
            guard let size = Int(text, radix: 16) else { return .malformed("chunk size \(text)") }
            guard octets.count >= data + size + 2 else { return .partial(head: self) }
            guard octets[data + size] == 13, octets[data + size + 1] == 10 else { return .malformed("chunk's end") }
            message.body += octets[data..<(data + size)]
            message.count = data + size + 2
            if size == 0 { return .whole(message) }
        }
    }
}

extension [UInt8] {
    /// The offset behind the first `mark` from `start` on.
    fileprivate func end(ofLine mark: [UInt8], from start: Int) -> Int? {
        guard count >= start + mark.count else { return nil }
        return (start...(count - mark.count)).first { self[$0..<($0 + mark.count)].elementsEqual(mark) }.map {
            $0 + mark.count
        }
    }
}
