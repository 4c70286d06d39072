/// A DNS message: questions, and records in three sections (RFC 1035, 4.1).
public struct DNSMessage: Equatable, Hashable, Sendable {
    /// The most questions and records that are read, all sections together.
    public static let limit = 1024

    /// The identifier and flags.
    public var header: DNSHeader

    /// What is asked for.
    public var questions: [DNSQuestion] = []

    /// What answers.
    public var answers: [DNSRecord] = []

    /// Who answers for it.
    public var authorities: [DNSRecord] = []

    /// What else may be useful, OPT included.
    public var additional: [DNSRecord] = []

    /// Makes a message without questions or records.
    public init(header: DNSHeader) {
        self.header = header
    }

    /// Makes a query, which asks the server to ask others, and says that 1,232 octets of UDP are taken back.
    ///
    /// That many pass wherever IPv6 does, in one piece.
    public init(query question: DNSQuestion, identifier: UInt16) {
        header = DNSHeader(identifier: identifier, flags: .recursionDesired)
        questions = [question]
        additional = [.options(payloadSize: 1232)]
    }

    /// Reads a message; what follows it stays in `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let message = octets
        let fixed = try octets.take(DNSHeader.size, for: .dns)
        header = DNSHeader(identifier: fixed.uint16(at: 0), flags: DNSHeader.Flags(rawValue: fixed.uint16(at: 2)))
        let counts = (4...10).filter { $0 % 2 == 0 }.map { Int(fixed.uint16(at: $0)) }
        guard counts.reduce(0, +) <= Self.limit else { throw .malformed(.dns, field: "COUNT") }
        var offset = DNSHeader.size
        for _ in 0..<counts[0] { questions.append(try DNSQuestion(in: message, at: &offset)) }
        for _ in 0..<counts[1] { answers.append(try DNSRecord(in: message, at: &offset)) }
        for _ in 0..<counts[2] { authorities.append(try DNSRecord(in: message, at: &offset)) }
        for _ in 0..<counts[3] { additional.append(try DNSRecord(in: message, at: &offset)) }
        octets = message.extracting(droppingFirst: offset)
    }

    /// How many octets the message takes.
    public var size: Int {
        let records = [answers, authorities, additional].joined()
        return DNSHeader.size + questions.reduce(0) { $0 + $1.size } + records.reduce(0) { $0 + $1.size }
    }

    /// Appends the message, names without compression; it must fit.
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: header.identifier)
        octets.append(uint16: header.flags.rawValue)
        for count in [questions.count, answers.count, authorities.count, additional.count] {
            precondition(count <= Self.limit, "a section has up to 1,024 records")
            octets.append(uint16: UInt16(count))
        }
        for question in questions { question.write(to: &octets) }
        for record in [answers, authorities, additional].joined() { record.write(to: &octets) }
    }
}
