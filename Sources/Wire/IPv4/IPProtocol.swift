/// What an IP packet carries: IANA's protocol numbers, which IPv6 has as `Next Header`.
public struct IPProtocol: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// IPv6 hop-by-hop options, only directly behind the IPv6 header.
    @inlinable public static var hopByHop: IPProtocol { IPProtocol(rawValue: 0) }
    @inlinable public static var icmp: IPProtocol { IPProtocol(rawValue: 1) }
    @inlinable public static var igmp: IPProtocol { IPProtocol(rawValue: 2) }
    /// IPv4 inside of IP.
    @inlinable public static var ipv4: IPProtocol { IPProtocol(rawValue: 4) }
    @inlinable public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
    @inlinable public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
    /// IPv6 inside of IP.
    @inlinable public static var ipv6: IPProtocol { IPProtocol(rawValue: 41) }
    @inlinable public static var routing: IPProtocol { IPProtocol(rawValue: 43) }
    @inlinable public static var fragment: IPProtocol { IPProtocol(rawValue: 44) }
    @inlinable public static var gre: IPProtocol { IPProtocol(rawValue: 47) }
    @inlinable public static var encapsulatingSecurityPayload: IPProtocol { IPProtocol(rawValue: 50) }
    @inlinable public static var authentication: IPProtocol { IPProtocol(rawValue: 51) }
    @inlinable public static var icmpv6: IPProtocol { IPProtocol(rawValue: 58) }
    /// Nothing follows (RFC 8200, 4.7).
    @inlinable public static var none: IPProtocol { IPProtocol(rawValue: 59) }
    @inlinable public static var destinationOptions: IPProtocol { IPProtocol(rawValue: 60) }
    @inlinable public static var ospf: IPProtocol { IPProtocol(rawValue: 89) }
    @inlinable public static var vrrp: IPProtocol { IPProtocol(rawValue: 112) }
    @inlinable public static var sctp: IPProtocol { IPProtocol(rawValue: 132) }
    @inlinable public static var mobility: IPProtocol { IPProtocol(rawValue: 135) }
    @inlinable public static var hostIdentity: IPProtocol { IPProtocol(rawValue: 139) }
    @inlinable public static var shim6: IPProtocol { IPProtocol(rawValue: 140) }

    /// Whether it is an IPv6 extension header that says what follows it (RFC 7045), as ESP does not.
    public var isIPv6Extension: Bool {
        switch self {
        case .hopByHop, .routing, .fragment, .authentication, .destinationOptions, .mobility, .hostIdentity, .shim6:
            true
        default: false
        }
    }
}

extension IPProtocol: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(rawValue) }
}
