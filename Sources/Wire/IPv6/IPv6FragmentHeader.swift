/// The extension header of a fragment (RFC 8200, 4.5).
public struct IPv6FragmentHeader: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 8

    /// What the first fragment's payload begins with.
    public var nextHeader: IPProtocol

    /// Where the fragment's payload belongs, in octets: a multiple of eight up to 65528.
    public var offset: Int

    /// Whether more fragments follow (M).
    public var hasMore: Bool

    /// The same in all fragments of a packet.
    public var identification: UInt32

    /// Makes a header of its fields.
    public init(nextHeader: IPProtocol, offset: Int, hasMore: Bool, identification: UInt32) {
        self.nextHeader = nextHeader
        self.offset = offset
        self.hasMore = hasMore
        self.identification = identification
    }

    /// Reads a header off the front of `octets`; what is reserved in it is passed over, as the RFC asks.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(Self.size, for: .ipv6Fragment)
        nextHeader = IPProtocol(rawValue: header.uint8(at: 0))
        let place = header.uint16(at: 2)
        offset = Int(place & 0xFFF8)
        hasMore = place & 1 == 1
        identification = header.uint32(at: 4)
    }

    /// Whether it is the only one, an "atomic" fragment (RFC 6946), which is a whole packet.
    public var isWhole: Bool { offset == 0 && !hasMore }

    /// Appends the header to `packet`.
    public func write(to packet: inout OutputSpan<UInt8>) {
        precondition(offset & 7 == 0 && (0...65528).contains(offset), "an offset is a multiple of 8 to 65528")
        packet.append(nextHeader.rawValue)
        packet.append(0)
        packet.append(uint16: UInt16(offset) | (hasMore ? 1 : 0))
        packet.append(uint32: identification)
    }
}

extension Layer {
    /// RFC 8200, 4.5.
    @inlinable public static var ipv6Fragment: Layer { Layer("IPv6 fragment") }
}
