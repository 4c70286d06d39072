public import Wire

/// What stands before the frames of all interfaces together, in the place of each link's own header: Linux's "cooked"
/// header, version 2 (LINKTYPE_LINUX_SLL2, draft-ietf-opsawg-pcaplinktype).
public struct CookedHeader: Hashable, Sendable {
    /// The octets it takes.
    public static let size = 20

    /// What follows the header.
    public var etherType: EtherType
    /// The index of the interface on the capturing machine; nil in version 1, which does not tell.
    public var interfaceIndex: Int?
    /// ARPHRD_*: 1 is Ethernet, 772 loopback.
    public var hardwareType: UInt16
    /// Whom the frame was for.
    public var packetType: PacketType
    /// How many octets the sender's address has; only the first eight are told.
    public var addressLength: Int
    /// The sender's address, its first octet on top.
    public var address: UInt64

    /// The header of a frame that a cooked socket received.
    public init(_ information: FrameInformation) {
        // A tag that the kernel took off is put back before the payload, and named here.
        etherType = information.vlan?.etherType ?? information.etherType
        interfaceIndex = information.interfaceIndex
        (hardwareType, packetType) = (information.hardwareType, information.packetType)
        (addressLength, address) = (information.addressLength, information.address)
    }

    /// Reads a header of version 2 off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(Self.size, for: .cooked)
        etherType = EtherType(rawValue: header.uint16(at: 0))
        interfaceIndex = Int(header.uint32(at: 4))
        hardwareType = header.uint16(at: 8)
        packetType = PacketType(rawValue: header.uint8(at: 10))
        addressLength = Int(header.uint8(at: 11))
        address = header.uint64(at: 12)
    }

    /// Reads a header of version 1, of 16 octets (LINKTYPE_LINUX_SLL).
    public init(readingVersion1 octets: inout RawSpan) throws(WireError) {
        let header = try octets.take(16, for: .cooked)
        packetType = PacketType(rawValue: UInt8(truncatingIfNeeded: header.uint16(at: 0)))
        hardwareType = header.uint16(at: 2)
        addressLength = Int(header.uint16(at: 4))
        address = header.uint64(at: 6)
        etherType = EtherType(rawValue: header.uint16(at: 14))
    }

    /// Appends a header of version 2.
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: etherType.rawValue)
        octets.append(uint16: 0)
        octets.append(uint32: UInt32(clamping: interfaceIndex ?? 0))
        octets.append(uint16: hardwareType)
        octets.append(packetType.rawValue)
        octets.append(UInt8(clamping: addressLength))
        octets.append(uint32: UInt32(truncatingIfNeeded: address >> 32))
        octets.append(uint32: UInt32(truncatingIfNeeded: address))
    }

    /// The sender's address; nil if it is not six octets long.
    public var source: MACAddress? { addressLength == 6 ? MACAddress(rawValue: address >> 16) : nil }
}

extension Layer {
    /// Linux's cooked header.
    public static var cooked: Layer { Layer("Linux cooked header") }
}
