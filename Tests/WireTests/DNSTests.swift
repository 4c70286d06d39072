import Testing
import Wire

@Suite("DNS message")
struct DNSTests {
    static let captures = ["query", "address", "service", "alias"]

    static func read(_ octets: [UInt8]) throws(WireError) -> DNSMessage {
        var rest = octets.span.octets
        return try DNSMessage(reading: &rest)
    }

    static func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

    @Test func `a query is written as it was captured`() throws {
        let query = DNSMessage(query: DNSQuestion(Self.name("www.example.com"), .address), identifier: 0x1235)
        #expect(written { query.write(to: &$0) } == (try vector("dns/query")))
        #expect(try Self.read(try vector("dns/query")) == query)
    }

    @Test func `a service's answer is read through its compression`() throws {
        let answer = try Self.read(try vector("dns/service"))
        #expect(answer.header.identifier == 0x1255 && answer.header.flags.contains([.response, .authoritative]))
        #expect(answer.header.responseCode == 0 && answer.header.operation == 0)
        #expect(answer.questions == [DNSQuestion(Self.name("_http._tcp.example.com"), .service)])
        let host = Self.name("www.example.com")
        #expect(
            answer.answers == [
                DNSRecord(
                    Self.name("_http._tcp.example.com"), TTL: 0,
                    .service(DNSService(priority: 1, weight: 2, port: 80, target: host)))
            ])
        #expect(
            answer.additional == [
                DNSRecord(host, TTL: 0, .address(IPv4Address(192, 0, 2, 80))),
                DNSRecord(host, TTL: 0, .address6(IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 0x80))),
                .options(payloadSize: 1232),
            ])
    }

    @Test func `an alias is read with what it stands for`() throws {
        let answer = try Self.read(try vector("dns/alias"))
        #expect(answer.answers.map(\.data.type) == [.canonicalName, .address6])
        #expect(answer.answers.first?.data == .canonicalName(Self.name("www.example.com")))
    }

    static let records: [DNSRecordData] = [
        .address(IPv4Address(192, 0, 2, 1)), .address6(.loopback), .nameServer(name("ns.example.com")),
        .canonicalName(name("a.b")), .pointer(name("host.example.com")), .text([[], Array("hello".utf8)]),
        .service(DNSService(priority: 0, weight: 5, port: 443, target: .root)),
        .startOfAuthority(
            DNSStartOfAuthority(
                server: name("ns.example.com"), mailbox: name("root.example.com"), serial: 1, refresh: 2, retry: 3,
                expire: 4, minimum: 5)),
        .options([DNSOption(code: 10, value: [1, 2, 3, 4, 5, 6, 7, 8])]),
        .other(DNSRecordType(rawValue: 99), [1, 2, 3]),
    ]

    /// A message of one record about the root.
    static func message(_ data: DNSRecordData) -> DNSMessage {
        var message = DNSMessage(header: DNSHeader(identifier: 7, flags: .response))
        message.answers = [DNSRecord(.root, TTL: 60, data)]
        return message
    }

    @Test(arguments: records) func `every kind of record is written and read again as the same`(data: DNSRecordData)
        throws
    {
        let message = Self.message(data)
        let octets = written { message.write(to: &$0) }
        #expect(octets.count == message.size)
        #expect(try Self.read(octets) == message)
        for length in octets.indices {
            #expect(throws: WireError.self) { _ = try Self.read(Array(octets[..<length])) }
        }
        // Data that end before, or behind, what the record says are refused.
        let start = 12 + 1 + 10
        for change in [-1, 1] {
            var changed = octets
            let length = octets.count - start + change
            (changed[start - 2], changed[start - 1]) = (UInt8(length >> 8), UInt8(length & 0xFF))
            if change > 0 { changed.append(0xFF) }
            if case .other = data { continue }
            #expect(throws: WireError.self) { _ = try Self.read(changed) }
        }
    }

    @Test func `the beginning of a zone is what RFC 1035 draws`() {
        let start = DNSStartOfAuthority(
            server: Self.name("a"), mailbox: Self.name("b"), serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5)
        #expect(
            written { Self.message(.startOfAuthority(start)).write(to: &$0) }
                == octets(
                    """
                    00 07 80 00 00 00 00 01 00 00 00 00  00 00 06 00 01 00 00 00 3c 00 1a
                    01 61 00 01 62 00 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05
                    """))
    }

    @Test(arguments: captures) func `a message cut short is refused`(name: String) throws {
        let octets = try vector("dns/\(name)")
        for length in octets.indices {
            #expect(throws: WireError.self) { _ = try Self.read(Array(octets[..<length])) }
        }
        #expect(throws: WireError.truncated(.dns, needed: 12, available: 11)) {
            _ = try Self.read(Array(octets[..<11]))
        }
    }

    @Test func `records without number are refused before they are read`() {
        #expect(throws: WireError.malformed(.dns, field: "COUNT")) {
            _ = try Self.read(octets("00 00 80 00 04 00 00 01 00 00 00 00"))
        }
    }

    @Test func `what follows the message is left`() throws {
        let octets = try vector("dns/query") + [1, 2, 3]
        var rest = octets.span.octets
        _ = try DNSMessage(reading: &rest)
        let left = rest.byteCount
        #expect(left == 3)
    }

    @Test func `what is read of changed messages is written and read again as the same`() throws {
        var random = SeededRandom(seed: 1035)
        var accepted = 0
        let originals =
            try Self.captures.map { try vector("dns/\($0)") }
            + Self.records.map { record in written { Self.message(record).write(to: &$0) } }
        for original in originals {
            for _ in 0..<500 {
                guard let message = try? Self.read(mutated(original, with: &random)) else { continue }
                accepted += 1
                let again = written(capacity: message.size) { message.write(to: &$0) }
                #expect(again.count == message.size)
                #expect(try Self.read(again) == message)
            }
        }
        #expect(accepted > 1000)
    }
}
