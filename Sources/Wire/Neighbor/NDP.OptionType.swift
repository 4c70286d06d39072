extension NDP {
    /// What an option is called on the wire (IANA, "IPv6 Neighbor Discovery Option Formats").
    public struct OptionType: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }
    }
}

extension NDP.OptionType {
    /// Source Link-Layer Address.
    public static var sourceLinkLayerAddress: Self { Self(rawValue: 1) }

    /// Target Link-Layer Address.
    public static var targetLinkLayerAddress: Self { Self(rawValue: 2) }

    /// Prefix Information.
    public static var prefixInformation: Self { Self(rawValue: 3) }

    /// Redirected Header.
    public static var redirectedHeader: Self { Self(rawValue: 4) }

    /// MTU.
    public static var mtu: Self { Self(rawValue: 5) }

    /// Nonce.
    public static var nonce: Self { Self(rawValue: 14) }

    /// Route Information.
    public static var routeInformation: Self { Self(rawValue: 24) }

    /// Recursive DNS Server.
    public static var recursiveDNSServers: Self { Self(rawValue: 25) }

    /// RA Flags Extension.
    public static var flagsExtension: Self { Self(rawValue: 26) }

    /// DNS Search List.
    public static var dnsSearchList: Self { Self(rawValue: 31) }

    /// Captive-Portal.
    public static var captivePortal: Self { Self(rawValue: 37) }

    /// PREF64.
    public static var nat64Prefix: Self { Self(rawValue: 38) }
}

extension NDP.OptionType: CustomStringConvertible {
    /// The name in the registry; of a type without one here, what kind of thing it is.
    public var name: String {
        switch self {
        case .sourceLinkLayerAddress: "Source Link-Layer Address"
        case .targetLinkLayerAddress: "Target Link-Layer Address"
        case .prefixInformation: "Prefix Information"
        case .redirectedHeader: "Redirected Header"
        case .mtu: "MTU"
        case .nonce: "Nonce"
        case .routeInformation: "Route Information"
        case .recursiveDNSServers: "Recursive DNS Server"
        case .flagsExtension: "RA Flags Extension"
        case .dnsSearchList: "DNS Search List"
        case .captivePortal: "Captive-Portal"
        case .nat64Prefix: "PREF64"
        default: "Neighbor Discovery option"
        }
    }

    public var description: String { "\(name) (\(rawValue))" }
}
