import Linux

/// A message's head as the proxy takes it, copied out, to be held against what other parsers make of it.
///
/// It is for tests and fuzz targets: the data plane itself reads heads in place.
package struct ParsedHead: Sendable {
    /// A field line, without the blanks around its value.
    package struct Field: Equatable, Sendable {
        package var name: [UInt8]
        package var value: [UInt8]
        /// Whether the head's Connection field nominates it.
        package var isNominated: Bool
    }

    /// What comes of reading a head.
    package enum Result: Sendable {
        case whole(ParsedHead)
        case partial
        case refused(Reason)
    }

    /// Octets of the head, its empty line included.
    package var count = 0
    /// Of a request; empty in a response.
    package var method: [UInt8] = []
    /// A request's target as it came.
    package var target: [UInt8] = []
    /// The host and port that a request asks for.
    package var authority: [UInt8] = []
    /// Of a response; 0 in a request.
    package var status = 0
    package var minor = 1
    package var fields: [Field] = []
    package var body = BodyFraming.none
    /// Whether the sender keeps the connection for another message.
    package var isPersistent = false
    /// The head as the proxy writes it to the other side.
    package var written: [UInt8] = []

    /// Reads a request's head at the front of `octets`, and writes it as for a client that is not trusted.
    package static func request(_ octets: [UInt8], limits: Configuration.Limits = .init()) -> Result {
        var table = FieldTable(capacity: limits.fields)
        var head = RequestHead()
        switch RequestHead.read(octets.span, fields: &table, limits: limits, into: &head) {
        case .partial: return .partial
        case .refused(let reason): return .refused(reason)
        case .complete: break
        }
        var parsed = ParsedHead(head.count, octets, table)
        parsed.method = Array(octets[head.methodName.range])
        parsed.target = Array(octets[(head.methodName.range.upperBound + 1)...].prefix { $0 != Octet.space })
        parsed.authority = Array(octets[head.authority.range])
        (parsed.minor, parsed.body, parsed.isPersistent) = (Int(head.minor), head.body, head.isPersistent)
        let client = ClientAddress(SocketAddress(ipv4: 0xC000_0201, port: 5000))
        var output = Scratch(capacity: 2 * limits.head + 4096)
        output.write(head, octets.span, fields: table, context: RequestContext(client: client))
        // The copy is made while the scratch lives.
        parsed.written = unsafe Array(output.written)
        return .whole(parsed)
    }

    /// Reads a response's head at the front of `octets`, and writes it for a client that speaks HTTP/1.1.
    package static func response(
        _ octets: [UInt8], toHead: Bool = false, limits: Configuration.Limits = .init()
    ) -> Result {
        var table = FieldTable(capacity: limits.fields)
        var head = ResponseHead()
        let method = toHead ? RequestHead.Method.head : .get
        switch ResponseHead.read(octets.span, to: method, fields: &table, limits: limits, into: &head) {
        case .partial: return .partial
        case .refused(let reason): return .refused(reason)
        case .complete: break
        }
        var parsed = ParsedHead(head.count, octets, table)
        (parsed.status, parsed.minor) = (head.status, Int(head.minor))
        (parsed.body, parsed.isPersistent) = (head.body, head.isPersistent)
        var output = Scratch(capacity: 2 * limits.head + 4096)
        var date = DateField()
        // What the proxy cannot delimit otherwise it sends as chunks.
        let framing = head.body == .untilClose ? BodyFraming.chunked : head.body
        unsafe date.withText(at: 0) {
            unsafe output.write(
                head, octets.span, fields: table, framing: framing, connection: [], date: $0)
        }
        // The copy is made while the scratch lives.
        parsed.written = unsafe Array(output.written)
        return .whole(parsed)
    }

    private init(_ count: Int, _ octets: [UInt8], _ table: borrowing FieldTable) {
        self.count = count
        for index in 0..<table.count {
            let line = table[index]
            fields.append(
                Field(
                    name: Array(octets[line.name.range]), value: Array(octets[line.value.range]),
                    isNominated: line.isNominated))
        }
    }
}
