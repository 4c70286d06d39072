/// An ARP packet for IPv4 over Ethernet (RFC 826).
public struct ARPPacket: Equatable, Hashable, Sendable {
    /// The octets it takes on the wire.
    public static let size = 28

    /// What a packet asks or tells (ar$op); others than the named pass through unharmed.
    public struct Operation: RawRepresentable, Equatable, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        public static var request: Operation { Operation(rawValue: 1) }
        public static var reply: Operation { Operation(rawValue: 2) }
    }

    public var operation: Operation

    /// The sender's link-layer address (ar$sha).
    public var senderHardwareAddress: MACAddress

    /// The sender's address (ar$spa); 0.0.0.0 in a probe (RFC 5227).
    public var senderAddress: IPv4Address

    /// The target's link-layer address (ar$tha), which a request leaves open.
    public var targetHardwareAddress: MACAddress

    /// The address asked for or answered to (ar$tpa).
    public var targetAddress: IPv4Address

    /// Makes a packet of its fields.
    public init(
        operation: Operation, senderHardwareAddress: MACAddress, senderAddress: IPv4Address,
        targetHardwareAddress: MACAddress = .zero, targetAddress: IPv4Address
    ) {
        self.operation = operation
        self.senderHardwareAddress = senderHardwareAddress
        self.senderAddress = senderAddress
        self.targetHardwareAddress = targetHardwareAddress
        self.targetAddress = targetAddress
    }

    /// Reads a packet off the front of `octets`; another hardware or protocol than Ethernet and IPv4 is refused.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let packet = try octets.take(Self.size, for: .arp)
        guard packet.uint16(at: 0) == 1 else { throw .malformed(.arp, field: "ar$hrd") }
        guard packet.uint16(at: 2) == EtherType.ipv4.rawValue else { throw .malformed(.arp, field: "ar$pro") }
        guard packet.uint8(at: 4) == 6 else { throw .malformed(.arp, field: "ar$hln") }
        guard packet.uint8(at: 5) == 4 else { throw .malformed(.arp, field: "ar$pln") }
        operation = Operation(rawValue: packet.uint16(at: 6))
        senderHardwareAddress = packet.macAddress(at: 8)
        senderAddress = packet.ipv4Address(at: 14)
        targetHardwareAddress = packet.macAddress(at: 18)
        targetAddress = packet.ipv4Address(at: 24)
    }

    /// Appends the packet to `frame`.
    public func write(to frame: inout OutputSpan<UInt8>) {
        frame.append(uint16: 1)
        frame.append(uint16: EtherType.ipv4.rawValue)
        frame.append(6)
        frame.append(4)
        frame.append(uint16: operation.rawValue)
        senderHardwareAddress.write(to: &frame)
        senderAddress.write(to: &frame)
        targetHardwareAddress.write(to: &frame)
        targetAddress.write(to: &frame)
    }
}

extension Layer {
    /// RFC 826.
    @inlinable public static var arp: Layer { Layer("ARP") }
}
