/// What the responder has to know of a request.
struct ResponderRequest {
    /// Octets of the head, its empty line included.
    var length = 0
    /// Octets of the body that follow.
    var body = 0
    var reply = ResponderReply()

    /// Reads the head at the begin of `octets`; nil if its end has not come.
    ///
    /// It trusts its clients, which are tests and benchmarks: what it does not understand it takes for `/`.
    init?(reading octets: Span<UInt8>) {
        var line = 0..<0
        var isFirst = true
        var next = 0
        while true {
            guard let end = Self.endOfLine(octets, from: next) else { return nil }
            line = next..<(end > next && octets[end - 1] == 0x0D ? end - 1 : end)
            next = end + 1
            if line.isEmpty {
                if isFirst { continue }
                break
            }
            if isFirst { readRequestLine(octets.extracting(line)) } else { readField(octets.extracting(line)) }
            isFirst = false
        }
        length = next
    }

    private static func endOfLine(_ octets: Span<UInt8>, from begin: Int) -> Int? {
        var index = begin
        while index < octets.count {
            if octets[index] == 0x0A { return index }
            index += 1
        }
        return nil
    }

    /// `GET /64k HTTP/1.1`: the size is the path's number, times 1024 for each step of `k`, `m` and `g`.
    private mutating func readRequestLine(_ line: Span<UInt8>) {
        reply.isHead = line.count > 4 && line[0] == UInt8(ascii: "H")
        reply.isLast = line[line.count - 1] == UInt8(ascii: "0")
        var index = 0
        while index < line.count, line[index] != UInt8(ascii: "/") { index += 1 }
        index += 1
        var size = 0
        var digits = 0
        while index < line.count, digits < 12, case 0x30...0x39 = line[index] {
            size = size * 10 + Int(line[index] & 0x0F)
            digits += 1
            index += 1
        }
        guard digits > 0, index < line.count else { return }
        switch line[index] {
        case UInt8(ascii: "k"): size <<= 10
        case UInt8(ascii: "m"): size <<= 20
        case UInt8(ascii: "g"): size <<= 30
        default: break
        }
        // So that no number overflows the counts: a terabyte.
        reply.size = min(size, 1 << 40)
    }

    private mutating func readField(_ line: Span<UInt8>) {
        if Self.begins(line, with: "content-length:") {
            var index = 15
            var digits = 0
            while index < line.count, digits < 15 {
                if case 0x30...0x39 = line[index] {
                    body = body * 10 + Int(line[index] & 0x0F)
                    digits += 1
                }
                index += 1
            }
        } else if Self.begins(line, with: "connection: close") {
            reply.isLast = true
        } else if Self.begins(line, with: "transfer-encoding:") {
            reply.isRefused = true
            reply.isLast = true
        }
    }

    private static func begins(_ line: Span<UInt8>, with name: StaticString) -> Bool {
        guard line.count >= name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount {
            // Letters of both cases differ in one bit, and a static string is as long as it says.
            let octet = line[index]
            let folded = (0x41...0x5A).contains(octet) ? octet | 0x20 : octet
            if folded != (unsafe name.utf8Start[index]) { return false }
        }
        return true
    }
}

/// What the responder answers.
struct ResponderReply: Equatable, BitwiseCopyable {
    /// Octets of the body; negative for the server's name.
    var size = -1
    /// Whether the body stays away (the request is HEAD).
    var isHead = false
    /// Whether the connection is closed afterwards.
    var isLast = false
    /// The request has no `Content-Length`, and its body would be taken for requests.
    var isRefused = false
}
