extension DHCPv6 {
    /// What an option is called on the wire (IANA, "DHCPv6 Option Codes").
    public struct OptionCode: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }
    }
}

extension DHCPv6.OptionCode {
    /// Client Identifier.
    public static var clientIdentifier: Self { Self(rawValue: 1) }

    /// Server Identifier.
    public static var serverIdentifier: Self { Self(rawValue: 2) }

    /// Identity Association for Non-temporary Addresses.
    public static var identityAssociation: Self { Self(rawValue: 3) }

    /// Identity Association for Temporary Addresses.
    public static var temporaryAddresses: Self { Self(rawValue: 4) }

    /// IA Address.
    public static var identityAssociationAddress: Self { Self(rawValue: 5) }

    /// Option Request.
    public static var optionRequest: Self { Self(rawValue: 6) }

    /// Preference.
    public static var preference: Self { Self(rawValue: 7) }

    /// Elapsed Time.
    public static var elapsedTime: Self { Self(rawValue: 8) }

    /// Relay Message.
    public static var relayMessage: Self { Self(rawValue: 9) }

    /// Authentication.
    public static var authentication: Self { Self(rawValue: 11) }

    /// Server Unicast.
    public static var serverUnicast: Self { Self(rawValue: 12) }

    /// Status Code.
    public static var statusCode: Self { Self(rawValue: 13) }

    /// Rapid Commit.
    public static var rapidCommit: Self { Self(rawValue: 14) }

    /// User Class.
    public static var userClass: Self { Self(rawValue: 15) }

    /// Vendor Class.
    public static var vendorClass: Self { Self(rawValue: 16) }

    /// Vendor-specific Information.
    public static var vendorInformation: Self { Self(rawValue: 17) }

    /// Interface-Id.
    public static var interfaceIdentifier: Self { Self(rawValue: 18) }

    /// Reconfigure Message.
    public static var reconfigureMessage: Self { Self(rawValue: 19) }

    /// Reconfigure Accept.
    public static var reconfigureAccept: Self { Self(rawValue: 20) }

    /// SIP Servers Domain Name List.
    public static var sipServerNames: Self { Self(rawValue: 21) }

    /// SIP Servers IPv6 Address List.
    public static var sipServerAddresses: Self { Self(rawValue: 22) }

    /// DNS Recursive Name Server.
    public static var dnsServers: Self { Self(rawValue: 23) }

    /// Domain Search List.
    public static var domainList: Self { Self(rawValue: 24) }

    /// Identity Association for Prefix Delegation.
    public static var prefixDelegation: Self { Self(rawValue: 25) }

    /// IA Prefix.
    public static var identityAssociationPrefix: Self { Self(rawValue: 26) }

    /// Simple Network Time Protocol Servers.
    public static var sntpServers: Self { Self(rawValue: 31) }

    /// Information Refresh Time.
    public static var informationRefreshTime: Self { Self(rawValue: 32) }

    /// Relay Agent Remote-ID.
    public static var remoteIdentifier: Self { Self(rawValue: 37) }

    /// Relay Agent Subscriber-ID.
    public static var subscriberIdentifier: Self { Self(rawValue: 38) }

    /// Client FQDN.
    public static var clientFQDN: Self { Self(rawValue: 39) }

    /// New POSIX Timezone.
    public static var posixTimeZone: Self { Self(rawValue: 41) }

    /// New TZDB Timezone.
    public static var databaseTimeZone: Self { Self(rawValue: 42) }

    /// NTP Server.
    public static var ntpServer: Self { Self(rawValue: 56) }

    /// Boot File URL.
    public static var bootFileURL: Self { Self(rawValue: 59) }

    /// Boot File Parameters.
    public static var bootFileParameters: Self { Self(rawValue: 60) }

    /// Client System Architecture Type.
    public static var clientArchitecture: Self { Self(rawValue: 61) }

    /// Client Network Interface Identifier.
    public static var clientNetworkInterface: Self { Self(rawValue: 62) }

    /// Prefix Exclude.
    public static var prefixExclude: Self { Self(rawValue: 67) }

    /// Client Link-Layer Address.
    public static var clientLinkLayerAddress: Self { Self(rawValue: 79) }

    /// Relay Source Port (RFC 8357).
    public static var relaySourcePort: Self { Self(rawValue: 135) }

    /// SOL_MAX_RT.
    public static var solicitMaximumRetransmission: Self { Self(rawValue: 82) }

    /// INF_MAX_RT.
    public static var informationMaximumRetransmission: Self { Self(rawValue: 83) }

    /// Captive-Portal.
    public static var captivePortal: Self { Self(rawValue: 103) }
}

extension DHCPv6.OptionCode: CustomStringConvertible {
    /// The name in the registry; of a code without one here, what kind of thing it is.
    public var name: String {
        switch self {
        case .clientIdentifier: "Client Identifier"
        case .serverIdentifier: "Server Identifier"
        case .identityAssociation: "Identity Association for Non-temporary Addresses"
        case .temporaryAddresses: "Identity Association for Temporary Addresses"
        case .identityAssociationAddress: "IA Address"
        case .optionRequest: "Option Request"
        case .preference: "Preference"
        case .elapsedTime: "Elapsed Time"
        case .relayMessage: "Relay Message"
        case .authentication: "Authentication"
        case .serverUnicast: "Server Unicast"
        case .statusCode: "Status Code"
        case .rapidCommit: "Rapid Commit"
        case .userClass: "User Class"
        case .vendorClass: "Vendor Class"
        case .vendorInformation: "Vendor-specific Information"
        case .interfaceIdentifier: "Interface-Id"
        case .reconfigureMessage: "Reconfigure Message"
        case .reconfigureAccept: "Reconfigure Accept"
        case .sipServerNames: "SIP Servers Domain Name List"
        case .sipServerAddresses: "SIP Servers IPv6 Address List"
        case .dnsServers: "DNS Recursive Name Server"
        case .domainList: "Domain Search List"
        case .prefixDelegation: "Identity Association for Prefix Delegation"
        case .identityAssociationPrefix: "IA Prefix"
        case .sntpServers: "Simple Network Time Protocol Servers"
        case .informationRefreshTime: "Information Refresh Time"
        case .remoteIdentifier: "Relay Agent Remote-ID"
        case .subscriberIdentifier: "Relay Agent Subscriber-ID"
        case .clientFQDN: "Client FQDN"
        case .posixTimeZone: "New POSIX Timezone"
        case .databaseTimeZone: "New TZDB Timezone"
        case .ntpServer: "NTP Server"
        case .bootFileURL: "Boot File URL"
        case .bootFileParameters: "Boot File Parameters"
        case .clientArchitecture: "Client System Architecture Type"
        case .clientNetworkInterface: "Client Network Interface Identifier"
        case .prefixExclude: "Prefix Exclude"
        case .clientLinkLayerAddress: "Client Link-Layer Address"
        case .solicitMaximumRetransmission: "SOL_MAX_RT"
        case .informationMaximumRetransmission: "INF_MAX_RT"
        case .captivePortal: "Captive-Portal"
        case .relaySourcePort: "Relay Source Port"
        default: "DHCPv6 option"
        }
    }

    public var description: String { "\(name) (\(rawValue))" }
}
