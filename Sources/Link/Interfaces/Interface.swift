public import Wire

/// An address of IPv4 or IPv6.
public enum InternetAddress: Hashable, Sendable, CustomStringConvertible {
    case ipv4(IPv4Address)
    case ipv6(IPv6Address)

    /// The address as people write it.
    public var description: String {
        switch self {
        case .ipv4(let address): "\(address)"
        case .ipv6(let address): "\(address)"
        }
    }
}

/// A network interface, as it was when it was asked for.
public struct Interface: Hashable, Sendable {
    /// What the kernel counts it by; a new one of the same name has a new index.
    public var index: Int
    public var name: String
    /// Nil where the link has no addresses of six octets.
    public var hardwareAddress: MACAddress?
    /// The longest packet in octets, without the link-layer header.
    public var maximumTransmissionUnit: Int
    public var flags: Flags
    /// ARPHRD_*: 1 is Ethernet, 772 loopback.
    public var hardwareType: UInt16
    /// The index of the bridge or bond that it belongs to.
    public var controllerIndex: Int?

    /// Interface flags (`netdevice(7)`, IFF_*).
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// An administrator has switched it on.
        public static let up = Flags(rawValue: 0x1)
        public static let broadcast = Flags(rawValue: 0x2)
        public static let loopback = Flags(rawValue: 0x8)
        public static let pointToPoint = Flags(rawValue: 0x10)
        /// It is on and has a carrier.
        public static let running = Flags(rawValue: 0x40)
        public static let promiscuous = Flags(rawValue: 0x100)
        public static let multicast = Flags(rawValue: 0x1000)
        /// The physical signal is there.
        public static let carrier = Flags(rawValue: 0x1_0000)
    }

    /// An address that an interface has.
    public struct Address: Hashable, Sendable {
        public var interfaceIndex: Int
        public var address: InternetAddress
        public var prefixLength: Int
        /// RT_SCOPE_*: 0 universe, 253 link, 254 host.
        public var scope: UInt8
    }

    /// Where packets for a prefix go.
    public struct Route: Hashable, Sendable {
        /// Nil is the default route's: every address.
        public var target: InternetAddress?
        public var prefixLength: Int
        public var gateway: InternetAddress?
        public var interfaceIndex: Int?
        /// The source address that packets get.
        public var preferredSource: InternetAddress?
        /// Of routes for the same prefix the least wins.
        public var metric: Int
        /// RT_TABLE_*: 254 main, 255 local.
        public var table: Int
        /// RTN_*: 1 unicast, 2 local, 3 broadcast.
        public var kind: UInt8
    }

    /// What a link-layer address was found out, or set, to be.
    public struct Neighbour: Hashable, Sendable {
        public var interfaceIndex: Int
        public var address: InternetAddress
        public var hardwareAddress: MACAddress?
        /// NUD_*: 2 reachable, 4 stale, 0x20 failed, 0x80 permanent.
        public var state: UInt16
    }
}

/// What changed about links, addresses, routes and neighbours.
public enum InterfaceChange: Hashable, Sendable {
    /// An interface is new, or differs from before.
    case interface(Interface)
    case interfaceRemoved(Interface)
    case address(Interface.Address)
    case addressRemoved(Interface.Address)
    case route(Interface.Route)
    case routeRemoved(Interface.Route)
    case neighbour(Interface.Neighbour)
    case neighbourRemoved(Interface.Neighbour)
    /// Changes were lost because they came faster than they were taken: ask for everything anew.
    case lost
}
