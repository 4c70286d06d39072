public import Wire

/// An address to scan: IPv4, or IPv6 with the zone that a link-local one needs.
public enum TargetAddress: Hashable, Sendable {
    case ipv4(IPv4Address)
    /// The zone is an interface's index; 0 is none.
    case ipv6(IPv6Address, zone: UInt32 = 0)

    public var isIPv6: Bool {
        if case .ipv6 = self { true } else { false }
    }
}

extension TargetAddress: Comparable {
    /// IPv4 first, then by number, then by zone.
    public static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.ipv4(let left), .ipv4(let right)): left < right
        case (.ipv4, .ipv6): true
        case (.ipv6, .ipv4): false
        case (.ipv6(let left, let zone), .ipv6(let right, let other)): left == right ? zone < other : left < right
        }
    }
}

extension TargetAddress: CustomStringConvertible {
    /// The address, with a zone as a number: `fe80::1%2`.
    public var description: String {
        switch self {
        case .ipv4(let address): address.description
        case .ipv6(let address, 0): address.description
        case .ipv6(let address, let zone): "\(address)%\(zone)"
        }
    }
}
