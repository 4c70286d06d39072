public import Wire

/// What is known of a received frame beside its octets.
public struct FrameInformation: Sendable {
    /// The frame's octets on the link; more than were received if it was cut.
    public var originalLength = 0

    /// The index of the interface that it came on; 0 where the system does not tell.
    public var interfaceIndex = 0

    /// The EtherType, behind a VLAN tag that was taken off.
    public var etherType = EtherType(rawValue: 0)

    /// ARPHRD_*: 1 is Ethernet, 772 loopback.
    public var hardwareType: UInt16 = 0

    /// Whom it was for.
    public var packetType = PacketType.host

    /// How many octets the sender's address has, of which `address` holds eight.
    public var addressLength = 0

    /// The sender's address, its first octet on top.
    public var address: UInt64 = 0

    /// Nanoseconds since 1970 by the kernel's clock; 0 unless the socket asked for timestamps.
    public var timestamp: UInt64 = 0

    /// The VLAN tag that the kernel (or the network card) took off the frame.
    public var vlan: VLAN?

    /// What is known of the transport layer's checksum.
    public var checksum = ChecksumState.unknown

    /// Nothing yet.
    public init() {}

    /// Who sent it; nil if the link has no addresses of six octets.
    public var source: MACAddress? { addressLength == 6 ? MACAddress(rawValue: address >> 16) : nil }

    /// A VLAN tag beside its frame.
    public struct VLAN: Hashable, Sendable {
        /// 802.1Q or 802.1ad.
        public var etherType: EtherType
        /// Priority (3 bits), drop eligible (1), identifier (12).
        public var control: UInt16

        /// 1 to 4094, or 0 for a tag that carries only a priority (VID).
        public var identifier: UInt16 { control & 0x0FFF }
        /// 0, the lowest, to 7 (PCP).
        public var priority: UInt8 { UInt8(control >> 13) }
        /// Whether the frame may be dropped first (DEI).
        public var isDropEligible: Bool { control & 0x1000 != 0 }
    }

    /// What the kernel knows of a transport checksum (`packet(7)`, TP_STATUS_CSUM*).
    public enum ChecksumState: Sendable {
        /// Nothing: verify it.
        case unknown
        /// It was verified.
        case valid
        /// The sender left it to hardware that there is none of: only the pseudo-header's sum is in it. Do not verify it.
        case partial
    }
}

/// Whom a frame was for (`packet(7)`, PACKET_*).
public struct PacketType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// This machine.
    public static let host = PacketType(rawValue: 0)
    /// Everybody.
    public static let broadcast = PacketType(rawValue: 1)
    /// A group.
    public static let multicast = PacketType(rawValue: 2)
    /// Another machine; seen in promiscuous mode.
    public static let otherHost = PacketType(rawValue: 3)
    /// It came from this machine.
    public static let outgoing = PacketType(rawValue: 4)
}

/// Where a frame goes whose link-layer header the kernel writes.
public struct PacketAddress: Hashable, Sendable {
    public var address: MACAddress
    public var etherType: EtherType

    public init(_ address: MACAddress, _ etherType: EtherType) {
        (self.address, self.etherType) = (address, etherType)
    }
}

/// Frames that passed and frames that were lost, since the socket was opened.
public struct PacketStatistics: Hashable, Sendable {
    /// Frames that passed the filter, those lost afterwards included.
    public var frames = 0
    /// Frames lost for want of room in the socket.
    public var drops = 0
    /// How often the receive ring was full and stood still.
    public var freezes = 0

    /// Nothing yet.
    public init() {}
}
