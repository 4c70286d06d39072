/// The subnetwork access protocol's header, which names a protocol behind LLC (IEEE 802-2014, 9.2).
public struct SNAPHeader: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 5

    /// Whose numbers `type` is from, in the low 24 bits (OUI).
    public var organization: UInt32

    /// The protocol; an EtherType if `organization` is zero (RFC 1042).
    public var type: EtherType

    /// Makes a header of its fields.
    public init(organization: UInt32 = 0, type: EtherType) {
        self.organization = organization
        self.type = type
    }

    /// Reads a header off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(Self.size, for: .snap)
        organization = header.uint32(at: 0) >> 8
        type = EtherType(rawValue: header.uint16(at: 3))
    }

    /// Appends the header to `frame`.
    public func write(to frame: inout OutputSpan<UInt8>) {
        precondition(organization >> 24 == 0, "an OUI has 24 bits")
        frame.append(UInt8(organization >> 16))
        frame.append(uint16: UInt16(truncatingIfNeeded: organization))
        frame.append(uint16: type.rawValue)
    }
}

extension Layer {
    /// IEEE 802 SNAP.
    @inlinable public static var snap: Layer { Layer("SNAP") }
}
