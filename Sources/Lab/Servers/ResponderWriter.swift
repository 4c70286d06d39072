import Linux

/// Makes and sends the responder's answers; the last head made is kept, as most requests ask for the same.
struct ResponderWriter {
    private let name: String?
    private var made: ResponderReply?
    private var head: [UInt8] = []
    private var body = 0
    private let filling = [UInt8](repeating: UInt8(ascii: "."), count: 1 << 20)

    init(name: String?) { self.name = name }

    /// Octets of the answer, head and body.
    mutating func size(of reply: ResponderReply) -> Int {
        make(reply)
        return head.count + body
    }

    /// Sends what comes after the first `sent` octets, or a part of it.
    mutating func send(_ reply: ResponderReply, from sent: Int, to descriptor: Int32) -> Transfer {
        make(reply)
        let begin = min(sent, head.count)
        let left = min(body - (sent - begin), filling.count)
        // Both pieces end within their arrays: `begin` and `left` are at most their counts.
        return unsafe head.withUnsafeBytes { head in
            unsafe filling.withUnsafeBytes { filling in
                unsafe Socket.send(
                    descriptor, UnsafeRawBufferPointer(rebasing: head[begin...]),
                    UnsafeRawBufferPointer(rebasing: filling[..<left]))
            }
        }
    }

    private mutating func make(_ reply: ResponderReply) {
        if reply == made { return }
        made = reply
        let text = "Hello from \(name ?? "the responder")\n"
        let size = reply.size < 0 ? text.utf8.count : reply.size
        let status = reply.isRefused ? "411 Length Required" : "200 OK"
        var lines = "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(size)\r\n"
        if let name { lines += "X-Backend: \(name)\r\n" }
        if reply.isLast { lines += "Connection: close\r\n" }
        lines += "\r\n"
        // The name, which is short, travels with the head.
        if reply.size < 0, !reply.isHead { lines += text }
        head = Array(lines.utf8)
        body = reply.size < 0 || reply.isHead ? 0 : size
    }
}
