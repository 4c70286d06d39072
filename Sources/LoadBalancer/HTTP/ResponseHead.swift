/// A response's line and what its fields say to a proxy, as places in the head's octets (RFC 9112, 4 and 6).
struct ResponseHead: BitwiseCopyable, Sendable {
    /// Octets of the whole head, its empty line included.
    var count = 0
    var status = 0
    var phrase = OctetRange()
    var minor: UInt8 = 1
    var options: ConnectionOptions = []
    var body = BodyFraming.none
    /// The declared length, which an answer to HEAD and a 304 carry without a body; -1 without one.
    var length = -1
    var upgrade = OctetRange()
    var hasDate = false

    /// Whether the backend keeps the connection for another request.
    var isPersistent: Bool {
        if body == .untilClose || options.contains(.close) { return false }
        return minor == 1 || options.contains(.keepAlive)
    }

    /// Whether a final response follows this one.
    var isInterim: Bool { status < 200 && status != 101 }
}

extension ResponseHead {
    /// Reads a head at the front of `octets`, the answer to a request with `method`.
    static func read(
        _ octets: Span<UInt8>, to method: RequestHead.Method, fields lines: inout FieldTable,
        limits: Configuration.Limits, into head: inout ResponseHead
    ) -> Progress {
        head = ResponseHead()
        guard let position = head.readLine(octets) else {
            return octets.count > limits.head ? .refused(.responseHeadTooLarge) : .partial
        }
        guard position > 0 else { return .refused(.responseLine) }
        switch lines.read(octets, from: position, limit: limits.fields) {
        case .complete(let end):
            guard end <= limits.head else { return .refused(.responseHeadTooLarge) }
            head.count = end
        case .partial: return octets.count > limits.head ? .refused(.responseHeadTooLarge) : .partial
        case .refused(.tooManyFields): return .refused(.responseHeadTooLarge)
        case .refused: return .refused(.responseField)
        }
        if let reason = head.interpret(octets, &lines, method) { return .refused(reason) }
        return .complete(head.count)
    }

    /// Reads `HTTP-version SP status-code SP [reason-phrase] CRLF`: where it ends; 0 if it is none, nil if octets are missing.
    ///
    /// The blank before an absent phrase is missing from what many servers send, and harms nobody.
    private mutating func readLine(_ octets: Span<UInt8>) -> Int? {
        let expected: StaticString = "HTTP/1."
        for index in 0..<min(octets.count, 7) where unsafe octets[index] != expected.utf8Start[index] { return 0 }
        guard octets.count >= 14 else { return nil }
        guard Octet.isDigit(octets[7]), octets[8] == Octet.space,
            let code = octets.decimal(OctetRange(9, 12)), (100...599).contains(code)
        else { return 0 }
        minor = octets[7] == 0x30 ? 0 : 1
        status = code
        var position = 12
        if octets[position] == Octet.space {
            position += 1
        } else if octets[position] != Octet.carriageReturn {
            return 0
        }
        let end = octets.firstControl(from: position)
        guard end < octets.count else { return nil }
        guard octets[end] == Octet.carriageReturn else { return 0 }
        guard end + 1 < octets.count else { return nil }
        guard octets[end + 1] == Octet.lineFeed else { return 0 }
        phrase = OctetRange(position, end)
        return end + 2
    }

    private mutating func interpret(
        _ octets: Span<UInt8>, _ lines: inout FieldTable, _ method: RequestHead.Method
    ) -> Reason? {
        var lengths = 0
        var codings = 0
        for index in 0..<lines.count {
            let line = lines[index]
            switch line.known {
            case .contentLength:
                guard let value = octets.decimal(line.value) else { return .responseFraming }
                // Equal repetitions are one (RFC 9110, 8.6): we write one again.
                guard lengths == 0 || value == length else { return .responseFraming }
                lengths += 1
                length = value
            case .transferEncoding:
                codings += 1
                guard octets.matches(line.value, "chunked") else { return .responseFraming }
            case .connection:
                guard let more = lines.nominate(octets, from: line.value) else { return .responseFraming }
                options.formUnion(more)
            case .upgrade: upgrade = line.value
            case .date: hasDate = true
            default: continue
            }
        }
        guard codings <= 1, codings == 0 || lengths == 0, codings == 0 || minor == 1 else { return .responseFraming }
        if status < 200 || status == 204 || status == 304 || method == .head {
            body = .none
            if status < 200 || status == 204 { length = -1 }
        } else if codings == 1 {
            body = .chunked
        } else if lengths > 0 {
            body = length == 0 ? .none : .length(length)
        } else {
            body = .untilClose
        }
        return nil
    }
}
