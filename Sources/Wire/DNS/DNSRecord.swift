/// A resource record (RFC 1035, 4.1.3).
public struct DNSRecord: Equatable, Hashable, Sendable {
    /// The name that it is about.
    public var name: DomainName

    /// The class: 1 is the Internet; in an OPT record, how many octets of UDP its sender takes.
    public var recordClass: UInt16

    /// The seconds that it may be kept; in an OPT record, more flags (TTL).
    public var TTL: UInt32

    /// What it tells.
    public var data: DNSRecordData

    /// Makes a record of the Internet.
    public init(_ name: DomainName, recordClass: UInt16 = 1, TTL: UInt32, _ data: DNSRecordData) {
        self.name = name
        self.recordClass = recordClass
        self.TTL = TTL
        self.data = data
    }

    /// The OPT record of a client that takes answers of `size` octets (EDNS; RFC 6891, 6.1).
    public static func options(payloadSize size: UInt16) -> DNSRecord {
        DNSRecord(.root, recordClass: size, TTL: 0, .options([]))
    }

    /// Reads a record that begins at `offset` of `message`, and moves `offset` behind it.
    init(in message: RawSpan, at offset: inout Int) throws(WireError) {
        name = try DomainName(in: message, at: &offset)
        var rest = message.extracting(droppingFirst: offset)
        let fixed = try rest.take(10, for: .dns)
        recordClass = fixed.uint16(at: 2)
        TTL = fixed.uint32(at: 4)
        let length = Int(fixed.uint16(at: 8))
        _ = try rest.take(length, for: .dns)
        let start = offset + 10
        data = try DNSRecordData(
            type: DNSRecordType(rawValue: fixed.uint16(at: 0)), in: message, range: start..<start + length)
        offset = start + length
    }

    /// How many octets it takes.
    var size: Int { name.size + 10 + data.size }

    /// Appends the record, its names without compression.
    func write(to octets: inout OutputSpan<UInt8>) {
        let size = data.size
        precondition(size <= 65_535, "a record has up to 65,535 octets")
        name.write(to: &octets)
        octets.append(uint16: data.type.rawValue)
        octets.append(uint16: recordClass)
        octets.append(uint32: TTL)
        octets.append(uint16: UInt16(size))
        data.write(to: &octets)
    }
}
