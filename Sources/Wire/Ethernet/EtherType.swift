/// What an Ethernet frame carries: IEEE's registry of EtherTypes.
public struct EtherType: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable public static var ipv4: EtherType { EtherType(rawValue: 0x0800) }
    @inlinable public static var arp: EtherType { EtherType(rawValue: 0x0806) }
    /// IEEE 802.1Q customer tag (C-TAG).
    @inlinable public static var vlan: EtherType { EtherType(rawValue: 0x8100) }
    @inlinable public static var ipv6: EtherType { EtherType(rawValue: 0x86DD) }
    @inlinable public static var mplsUnicast: EtherType { EtherType(rawValue: 0x8847) }
    @inlinable public static var pppoeDiscovery: EtherType { EtherType(rawValue: 0x8863) }
    @inlinable public static var pppoeSession: EtherType { EtherType(rawValue: 0x8864) }
    /// EAP over LAN, IEEE 802.1X.
    @inlinable public static var eapol: EtherType { EtherType(rawValue: 0x888E) }
    /// IEEE 802.1Q service tag (S-TAG), the outer one of QinQ.
    @inlinable public static var serviceVLAN: EtherType { EtherType(rawValue: 0x88A8) }
    @inlinable public static var lldp: EtherType { EtherType(rawValue: 0x88CC) }
    /// The outer tag that switches used before 802.1ad.
    @inlinable public static var oldServiceVLAN: EtherType { EtherType(rawValue: 0x9100) }

    /// Whether a VLAN tag follows: 802.1Q, 802.1ad, or the outer tag from before.
    @inlinable public var isVLANTag: Bool { self == .vlan || self == .serviceVLAN || self == .oldServiceVLAN }
}

extension EtherType: CustomStringConvertible {
    /// Four hexadecimal digits behind `0x`.
    public var description: String {
        let digits = String(rawValue, radix: 16)
        return "0x" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
