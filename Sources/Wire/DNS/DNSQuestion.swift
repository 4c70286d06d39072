/// What is asked for (RFC 1035, 4.1.2).
public struct DNSQuestion: Equatable, Hashable, Sendable {
    /// The name (QNAME).
    public var name: DomainName

    /// What about it (QTYPE).
    public var type: DNSRecordType

    /// The class: 1 is the Internet (QCLASS).
    public var recordClass: UInt16

    /// Makes a question about the Internet.
    public init(_ name: DomainName, _ type: DNSRecordType, recordClass: UInt16 = 1) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }

    /// Reads a question that begins at `offset` of `message`, and moves `offset` behind it.
    init(in message: RawSpan, at offset: inout Int) throws(WireError) {
        name = try DomainName(in: message, at: &offset)
        var rest = message.extracting(droppingFirst: offset)
        let fixed = try rest.take(4, for: .dns)
        type = DNSRecordType(rawValue: fixed.uint16(at: 0))
        recordClass = fixed.uint16(at: 2)
        offset += 4
    }

    /// How many octets it takes.
    var size: Int { name.size + 4 }

    /// Appends the question, its name without compression.
    func write(to octets: inout OutputSpan<UInt8>) {
        name.write(to: &octets)
        octets.append(uint16: type.rawValue)
        octets.append(uint16: recordClass)
    }
}
