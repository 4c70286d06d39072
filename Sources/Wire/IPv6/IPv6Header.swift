/// An IPv6 header (RFC 8200, 3).
public struct IPv6Header: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 40

    /// Differentiated services and congestion notification in one octet (RFC 2474, RFC 3168).
    public var trafficClass: UInt8

    /// 20 bits that are the same in the packets of one flow (RFC 6437).
    public var flowLabel: UInt32

    /// The octets that follow, extension headers included; 0 in a jumbogram (RFC 2675).
    public var payloadLength: UInt16

    /// What follows: an extension header, or what the packet carries.
    public var nextHeader: IPProtocol

    /// How many routers may still forward the packet.
    public var hopLimit: UInt8

    public var source: IPv6Address
    public var destination: IPv6Address

    /// Makes a header for a payload of so many octets; traps if they are more than 65535.
    public init(
        source: IPv6Address, destination: IPv6Address, nextHeader: IPProtocol, payloadLength: Int,
        hopLimit: UInt8 = 64, trafficClass: UInt8 = 0, flowLabel: UInt32 = 0
    ) {
        precondition((0...65535).contains(payloadLength), "an IPv6 payload has at most 65535 octets")
        self.trafficClass = trafficClass
        self.flowLabel = flowLabel
        self.payloadLength = UInt16(payloadLength)
        self.nextHeader = nextHeader
        self.hopLimit = hopLimit
        self.source = source
        self.destination = destination
    }

    /// Reads a header off the front of `octets`.
    @inlinable @inline(__always)
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(Self.size, for: .ipv6)
        let first = header.uint32(at: 0)
        guard first >> 28 == 6 else { throw .malformed(.ipv6, field: "Version") }
        trafficClass = UInt8(truncatingIfNeeded: first >> 20)
        flowLabel = first & 0xF_FFFF
        payloadLength = header.uint16(at: 4)
        nextHeader = IPProtocol(rawValue: header.uint8(at: 6))
        hopLimit = header.uint8(at: 7)
        source = header.ipv6Address(at: 8)
        destination = header.ipv6Address(at: 24)
    }

    /// Appends the header to `packet`.
    public func write(to packet: inout OutputSpan<UInt8>) {
        precondition(flowLabel >> 20 == 0, "a flow label has 20 bits")
        packet.append(uint32: 6 << 28 | UInt32(trafficClass) << 20 | flowLabel)
        packet.append(uint16: payloadLength)
        packet.append(nextHeader.rawValue)
        packet.append(hopLimit)
        source.write(to: &packet)
        destination.write(to: &packet)
    }
}

extension Layer {
    /// RFC 8200.
    @inlinable public static var ipv6: Layer { Layer("IPv6") }
}
