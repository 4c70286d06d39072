/// One of the extensions in an OPT record (RFC 6891, 6.1.2).
public struct DNSOption: Equatable, Hashable, Sendable {
    /// What it is called on the wire (IANA, "DNS EDNS0 Option Codes").
    public var code: UInt16

    /// Its value.
    public var value: [UInt8]

    /// Makes an option; traps for over 65,535 octets.
    public init(code: UInt16, value: [UInt8]) {
        precondition(value.count <= 65_535, "an option has up to 65,535 octets")
        self.code = code
        self.value = value
    }

    /// Reads an option off the front of `octets`.
    init(reading octets: inout RawSpan) throws(WireError) {
        let head = try octets.take(4, for: .dns)
        code = head.uint16(at: 0)
        value = [UInt8](copying: try octets.take(Int(head.uint16(at: 2)), for: .dns))
    }

    /// How many octets it takes.
    var size: Int { 4 + value.count }

    /// Appends the option.
    func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: code)
        octets.append(uint16: UInt16(value.count))
        octets.append(copying: value)
    }
}
