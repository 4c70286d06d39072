extension DHCPv4 {
    /// What an option is called on the wire (IANA, "BOOTP Vendor Extensions and DHCP Options").
    public struct OptionCode: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }
    }
}

extension DHCPv4.OptionCode {
    /// Pad: fills up, and has no length.
    public static var pad: Self { Self(rawValue: 0) }

    /// Subnet Mask.
    public static var subnetMask: Self { Self(rawValue: 1) }

    /// Time Offset.
    public static var timeOffset: Self { Self(rawValue: 2) }

    /// Router.
    public static var routers: Self { Self(rawValue: 3) }

    /// Time Server.
    public static var timeServers: Self { Self(rawValue: 4) }

    /// Domain Name Server.
    public static var domainNameServers: Self { Self(rawValue: 6) }

    /// Log Server.
    public static var logServers: Self { Self(rawValue: 7) }

    /// Host Name.
    public static var hostName: Self { Self(rawValue: 12) }

    /// Domain Name.
    public static var domainName: Self { Self(rawValue: 15) }

    /// Root Path.
    public static var rootPath: Self { Self(rawValue: 17) }

    /// Interface MTU.
    public static var interfaceMTU: Self { Self(rawValue: 26) }

    /// Broadcast Address.
    public static var broadcastAddress: Self { Self(rawValue: 28) }

    /// Static Route.
    public static var staticRoutes: Self { Self(rawValue: 33) }

    /// NTP Servers.
    public static var networkTimeServers: Self { Self(rawValue: 42) }

    /// Vendor Specific Information.
    public static var vendorInformation: Self { Self(rawValue: 43) }

    /// NetBIOS Name Server.
    public static var netBIOSNameServers: Self { Self(rawValue: 44) }

    /// NetBIOS Node Type.
    public static var netBIOSNodeType: Self { Self(rawValue: 46) }

    /// Requested IP Address.
    public static var requestedAddress: Self { Self(rawValue: 50) }

    /// IP Address Lease Time.
    public static var leaseTime: Self { Self(rawValue: 51) }

    /// Option Overload.
    public static var optionOverload: Self { Self(rawValue: 52) }

    /// DHCP Message Type.
    public static var messageType: Self { Self(rawValue: 53) }

    /// Server Identifier.
    public static var serverIdentifier: Self { Self(rawValue: 54) }

    /// Parameter Request List.
    public static var parameterRequestList: Self { Self(rawValue: 55) }

    /// Message.
    public static var message: Self { Self(rawValue: 56) }

    /// Maximum DHCP Message Size.
    public static var maximumMessageSize: Self { Self(rawValue: 57) }

    /// Renewal (T1) Time.
    public static var renewalTime: Self { Self(rawValue: 58) }

    /// Rebinding (T2) Time.
    public static var rebindingTime: Self { Self(rawValue: 59) }

    /// Vendor Class Identifier.
    public static var vendorClassIdentifier: Self { Self(rawValue: 60) }

    /// Client Identifier.
    public static var clientIdentifier: Self { Self(rawValue: 61) }

    /// TFTP Server Name.
    public static var tftpServerName: Self { Self(rawValue: 66) }

    /// Bootfile Name.
    public static var bootFileName: Self { Self(rawValue: 67) }

    /// User Class.
    public static var userClass: Self { Self(rawValue: 77) }

    /// Rapid Commit.
    public static var rapidCommit: Self { Self(rawValue: 80) }

    /// Client FQDN.
    public static var clientFQDN: Self { Self(rawValue: 81) }

    /// Relay Agent Information.
    public static var relayAgentInformation: Self { Self(rawValue: 82) }

    /// Authentication.
    public static var authentication: Self { Self(rawValue: 90) }

    /// Client System Architecture.
    public static var clientArchitecture: Self { Self(rawValue: 93) }

    /// Client Network Interface Identifier.
    public static var clientNetworkInterface: Self { Self(rawValue: 94) }

    /// Client Machine Identifier.
    public static var clientMachineIdentifier: Self { Self(rawValue: 97) }

    /// PCode.
    public static var posixTimeZone: Self { Self(rawValue: 100) }

    /// TCode.
    public static var databaseTimeZone: Self { Self(rawValue: 101) }

    /// IPv6-Only Preferred.
    public static var ipv6OnlyPreferred: Self { Self(rawValue: 108) }

    /// Captive-Portal.
    public static var captivePortal: Self { Self(rawValue: 114) }

    /// Subnet Selection.
    public static var subnetSelection: Self { Self(rawValue: 118) }

    /// Domain Search.
    public static var domainSearch: Self { Self(rawValue: 119) }

    /// SIP Servers.
    public static var sipServers: Self { Self(rawValue: 120) }

    /// Classless Static Route.
    public static var classlessStaticRoutes: Self { Self(rawValue: 121) }

    /// V-I Vendor Class.
    public static var vendorIdentifyingVendorClass: Self { Self(rawValue: 124) }

    /// V-I Vendor-specific Information.
    public static var vendorIdentifyingVendorInformation: Self { Self(rawValue: 125) }

    /// FORCERENEW_NONCE_CAPABLE.
    public static var forcerenewNonceCapable: Self { Self(rawValue: 145) }

    /// TFTP Server Address.
    public static var tftpServerAddresses: Self { Self(rawValue: 150) }

    /// Classless Static Route (Microsoft).
    public static var microsoftClasslessStaticRoutes: Self { Self(rawValue: 249) }

    /// End: ends an area of options, and has no length.
    public static var end: Self { Self(rawValue: 255) }
}

extension DHCPv4.OptionCode: CustomStringConvertible {
    /// The name in the registry; of a code without one here, what kind of thing it is.
    public var name: String {
        switch self {
        case .pad: "Pad"
        case .subnetMask: "Subnet Mask"
        case .timeOffset: "Time Offset"
        case .routers: "Router"
        case .timeServers: "Time Server"
        case .domainNameServers: "Domain Name Server"
        case .logServers: "Log Server"
        case .hostName: "Host Name"
        case .domainName: "Domain Name"
        case .rootPath: "Root Path"
        case .interfaceMTU: "Interface MTU"
        case .broadcastAddress: "Broadcast Address"
        case .staticRoutes: "Static Route"
        case .networkTimeServers: "NTP Servers"
        case .vendorInformation: "Vendor Specific Information"
        case .netBIOSNameServers: "NetBIOS Name Server"
        case .netBIOSNodeType: "NetBIOS Node Type"
        case .requestedAddress: "Requested IP Address"
        case .leaseTime: "IP Address Lease Time"
        case .optionOverload: "Option Overload"
        case .messageType: "DHCP Message Type"
        case .serverIdentifier: "Server Identifier"
        case .parameterRequestList: "Parameter Request List"
        case .message: "Message"
        case .maximumMessageSize: "Maximum DHCP Message Size"
        case .renewalTime: "Renewal (T1) Time"
        case .rebindingTime: "Rebinding (T2) Time"
        case .vendorClassIdentifier: "Vendor Class Identifier"
        case .clientIdentifier: "Client Identifier"
        case .tftpServerName: "TFTP Server Name"
        case .bootFileName: "Bootfile Name"
        case .userClass: "User Class"
        case .rapidCommit: "Rapid Commit"
        case .clientFQDN: "Client FQDN"
        case .relayAgentInformation: "Relay Agent Information"
        case .authentication: "Authentication"
        case .clientArchitecture: "Client System Architecture"
        case .clientNetworkInterface: "Client Network Interface Identifier"
        case .clientMachineIdentifier: "Client Machine Identifier"
        case .posixTimeZone: "PCode"
        case .databaseTimeZone: "TCode"
        case .ipv6OnlyPreferred: "IPv6-Only Preferred"
        case .captivePortal: "Captive-Portal"
        case .subnetSelection: "Subnet Selection"
        case .domainSearch: "Domain Search"
        case .sipServers: "SIP Servers"
        case .classlessStaticRoutes: "Classless Static Route"
        case .vendorIdentifyingVendorClass: "V-I Vendor Class"
        case .vendorIdentifyingVendorInformation: "V-I Vendor-specific Information"
        case .forcerenewNonceCapable: "FORCERENEW_NONCE_CAPABLE"
        case .tftpServerAddresses: "TFTP Server Address"
        case .microsoftClasslessStaticRoutes: "Classless Static Route (Microsoft)"
        case .end: "End"
        default: "DHCPv4 option"
        }
    }

    public var description: String { "\(name) (\(rawValue))" }
}
