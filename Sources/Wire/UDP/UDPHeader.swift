/// A UDP header (RFC 768).
public struct UDPHeader: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 8

    public var source: Port
    public var destination: Port

    /// The octets of header and payload together, 8 to 65535.
    public var length: UInt16

    /// As read, or as to be written; 0, over IPv4 only, for a sender that made none.
    public var checksum: UInt16

    /// Makes a header for a payload of so many octets, without a checksum; traps if they are too many.
    public init(source: Port, destination: Port, payloadLength: Int) {
        precondition((0...65527).contains(payloadLength), "a UDP payload has at most 65527 octets")
        self.source = source
        self.destination = destination
        length = UInt16(Self.size + payloadLength)
        checksum = 0
    }

    /// Reads a header off the front of `octets`; `length` is not held against what is left.
    @inlinable @inline(__always)
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(Self.size, for: .udp)
        source = Port(rawValue: header.uint16(at: 0))
        destination = Port(rawValue: header.uint16(at: 2))
        length = header.uint16(at: 4)
        checksum = header.uint16(at: 6)
        guard length >= Self.size else { throw .malformed(.udp, field: "Length") }
    }

    /// The octets that follow the header, by the header's account.
    public var payloadLength: Int { Int(length) - Self.size }

    /// Appends the header to `packet`, with `checksum` as it is.
    public func write(to packet: inout OutputSpan<UInt8>) {
        precondition(length >= Self.size, "the length counts the header")
        packet.append(uint16: source.rawValue)
        packet.append(uint16: destination.rawValue)
        packet.append(uint16: length)
        packet.append(uint16: checksum)
    }

    /// Sets the checksum for a packet that carries `payload`; `pseudoHeader` is one of `Checksum`'s initializers'.
    ///
    /// A sum that comes out as zero is written as 0xFFFF, since zero says that there is none.
    public mutating func updateChecksum(pseudoHeader: Checksum, payload: RawSpan) {
        checksum = 0
        let value = sum(pseudoHeader, payload).value
        checksum = value == 0 ? 0xFFFF : value
    }

    /// Whether the checksum is right for `payload`; one that the sender did not make is not.
    public func isChecksumValid(pseudoHeader: Checksum, payload: RawSpan) -> Bool {
        checksum != 0 && sum(pseudoHeader, payload).isValid
    }

    private func sum(_ pseudoHeader: Checksum, _ payload: RawSpan) -> Checksum {
        var sum = pseudoHeader
        sum.add(uint16: source.rawValue)
        sum.add(uint16: destination.rawValue)
        sum.add(uint16: length)
        sum.add(uint16: checksum)
        sum.add(payload)
        return sum
    }
}

extension Layer {
    /// RFC 768.
    @inlinable public static var udp: Layer { Layer("UDP") }
}
