import Linux

/// What a request is given on its way to a backend beside what the client sent.
struct RequestContext {
    /// The client's address in text.
    var client: ClientAddress
    /// Whether the client's own forwarded fields and request id are believed and passed on.
    var isTrusted = false
    var requestID: UInt64 = 0
    var requestIDTail: UInt64 = 0
}

/// An address's text, made once for a connection, short enough to lie inside it.
struct ClientAddress: BitwiseCopyable, Sendable {
    private(set) var count: UInt8 = 0
    private(set) var isIPv6 = false
    private var text: [45 of UInt8] = .init(repeating: 0)

    init() {}

    init(_ address: SocketAddress) {
        isIPv6 = address.unmapped == nil
        if let bits = address.unmapped {
            // Nothing is allocated for a connection over IPv4.
            for shift in stride(from: 24, through: 0, by: -8) {
                if shift < 24 { append(0x2E) }
                let octet = UInt8(truncatingIfNeeded: bits >> shift)
                if octet >= 100 { append(0x30 + octet / 100) }
                if octet >= 10 { append(0x30 + octet / 10 % 10) }
                append(0x30 + octet % 10)
            }
            return
        }
        for octet in address.host.utf8.prefix(45) {
            text[Int(count)] = octet
            count += 1
        }
    }

    private mutating func append(_ octet: UInt8) {
        text[Int(count)] = octet
        count += 1
    }

    func append(to output: inout Scratch) { unsafe withOctets { unsafe output.append($0) } }

    /// Lends the text.
    func withOctets<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        unsafe withUnsafeBytes(of: text) { unsafe body(UnsafeRawBufferPointer(rebasing: $0.prefix(Int(count)))) }
    }
}

extension Scratch {
    /// Writes a request's head anew from its parsed form (RFC 9112, 3 and 9110, 7.6).
    ///
    /// Lines that are already in the one form in which we write them are copied in runs; the octets are the same.
    mutating func write(
        _ head: RequestHead, _ octets: Span<UInt8>, fields: borrowing FieldTable, context: borrowing RequestContext
    ) {
        append(octets, head.methodName)
        append(Octet.space)
        writeTarget(head, octets)
        append(" HTTP/1.1\r\nHost: ")
        append(octets, head.authority)
        append("\r\n")
        var run = 0..<0
        for index in 0..<fields.count {
            let line = fields[index]
            if Self.isForwarded(line, head, isTrusted: context.isTrusted) {
                copy(line, octets, &run)
            }
        }
        append(octets, run)
        writeForwarded(head, octets, fields, context)
        switch head.body {
        case .none, .untilClose:
            // A method that expects a body says that it has none (RFC 9110, 8.6).
            if head.method == .post || head.method == .put || head.method == .patch { append("Content-Length: 0\r\n") }
        case .length(let count):
            append("Content-Length: ")
            append(decimal: count)
            append("\r\n")
        case .chunked: append("Transfer-Encoding: chunked\r\n")
        }
        if head.expectsContinue, head.body != .none { append("Expect: 100-continue\r\n") }
        if head.maxForwards > 0 {
            append("Max-Forwards: ")
            append(decimal: head.maxForwards - 1)
            append("\r\n")
        }
        if head.offersUpgrade {
            append("Connection: upgrade\r\nUpgrade: ")
            append(octets, head.upgrade)
            append("\r\n")
        }
        append("\r\n")
    }

    private mutating func writeTarget(_ head: RequestHead, _ octets: Span<UInt8>) {
        // An absolute target without a path asks for the root, or with OPTIONS for the server itself (RFC 9112, 3.2.4).
        if head.path.isEmpty { append(head.method == .options && head.target.isEmpty ? 0x2A : Octet.slash) }
        append(octets, head.target)
    }

    private static func isForwarded(_ line: FieldLine, _ head: RequestHead, isTrusted: Bool) -> Bool {
        guard !line.isNominated else { return false }
        switch line.known {
        case .other, .date, .via: return true
        case .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto, .xRequestID: return isTrusted
        case .maxForwards: return head.maxForwards < 0
        default: return false
        }
    }

    /// Adds who asked and what came in, for the backend's logs and links: what a trusted proxy has not said already.
    private mutating func writeForwarded(
        _ head: RequestHead, _ octets: Span<UInt8>, _ fields: borrowing FieldTable, _ context: borrowing RequestContext
    ) {
        var (hasScheme, hasHost, hasRequestID) = (false, false, false)
        if context.isTrusted {
            for index in 0..<fields.count where !fields[index].isNominated {
                switch fields[index].known {
                case .xForwardedProto: hasScheme = true
                case .xForwardedHost: hasHost = true
                case .xRequestID: hasRequestID = true
                default: continue
                }
            }
        }
        append("X-Forwarded-For: ")
        context.client.append(to: &self)
        if !hasScheme { append("\r\nX-Forwarded-Proto: http") }
        if !hasHost {
            append("\r\nX-Forwarded-Host: ")
            append(octets, head.authority)
        }
        if !hasRequestID {
            append("\r\nX-Request-Id: ")
            append(hexadecimal: context.requestID, digits: 16)
            append(hexadecimal: context.requestIDTail, digits: 16)
        }
        append("\r\nVia: 1.")
        append(head.minor + 0x30)
        append(" apus\r\n")
    }

    /// Writes a response's head anew from its parsed form (RFC 9112, 4).
    mutating func write(
        _ head: ResponseHead, _ octets: Span<UInt8>, fields: borrowing FieldTable, framing: BodyFraming,
        connection: ConnectionOptions, date: UnsafeRawBufferPointer
    ) {
        append("HTTP/1.1 ")
        append(decimal: head.status)
        append(Octet.space)
        append(octets, head.phrase)
        append("\r\n")
        var run = 0..<0
        for index in 0..<fields.count {
            let line = fields[index]
            guard !line.isNominated else { continue }
            switch line.known {
            case .connection, .contentLength, .http2Settings, .keepAlive, .proxyConnection, .te, .transferEncoding,
                .upgrade:
                continue
            default: copy(line, octets, &run)
            }
        }
        append(octets, run)
        if !head.hasDate, head.status >= 200 {
            append("Date: ")
            unsafe append(date)
            append("\r\n")
        }
        if framing == .chunked {
            append("Transfer-Encoding: chunked\r\n")
        } else if head.length >= 0, framing != .untilClose {
            append("Content-Length: ")
            append(decimal: head.length)
            append("\r\n")
        }
        if connection.contains(.upgrade) {
            append("Connection: upgrade\r\nUpgrade: ")
            append(octets, head.upgrade)
            append("\r\n")
        } else if connection.contains(.close) {
            append("Connection: close\r\n")
        } else if connection.contains(.keepAlive) {
            append("Connection: keep-alive\r\n")
        }
        append("\r\n")
    }

    /// Adds a line, and puts off what is in canonical form as long as its lines follow each other.
    @inline(__always)
    private mutating func copy(_ line: FieldLine, _ octets: Span<UInt8>, _ run: inout Range<Int>) {
        let start = Int(line.name.start)
        let valueEnd = Int(line.value.start + line.value.count)
        if line.isCanonical {
            if start == run.upperBound, !run.isEmpty {
                run = run.lowerBound..<valueEnd + 2
            } else {
                append(octets, run)
                run = start..<valueEnd + 2
            }
            return
        }
        append(octets, run)
        run = 0..<0
        append(octets, line.name)
        append(": ")
        append(octets, line.value)
        append("\r\n")
    }
}
