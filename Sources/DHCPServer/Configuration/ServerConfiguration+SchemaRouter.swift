import DHCP
import Settings
import Wire

/// The part of the file that says what is advertised on a link.
enum ConfigurationSchemaRouter {
    private typealias Forms = ConfigurationForms6

    static let router = Schema<ConfigurationDraft6.Router>.record(
        "ra", "What is advertised to hosts on the link (RFC 4861).", initial: ConfigurationDraft6.Router(),
        [
            Key(
                "address", \.address, Forms.linkLocal, standard: "the interface's",
                "The link-local address of the router. One that the interface does not have is answered for."),
            Key(
                "prefixes", \.configuration.prefixes, prefix.oneOrMore(1...RouterConfiguration.limit),
                standard: "none", "Prefixes that are on the link, or that hosts make addresses of."),
            Key(
                "routes", \.configuration.routes, route.oneOrMore(1...RouterConfiguration.limit), standard: "none",
                "Networks that the router is good for, beside the default route (RFC 4191)."),
            Key(
                "dns_servers", \.configuration.dnsServers, Forms.address.oneOrMore(1...RouterConfiguration.limit),
                standard: "none", "Name servers (RFC 8106)."),
            Key(
                "domain_search", \.configuration.dnsSearchList,
                ConfigurationForms.domain.oneOrMore(1...RouterConfiguration.limit), standard: "none",
                "Domains to look names up in (RFC 8106)."),
            Key(
                "dns_lifetime", \.configuration.dnsLifetime, Forms.lifetime, standard: "three times `interval`",
                "How long name servers and domains may be used."),
            Key("managed", \.configuration.isManaged, .boolean, "Whether addresses come by DHCPv6 (M)."),
            Key(
                "other", \.configuration.hasOtherConfiguration, .boolean,
                "Whether other configuration comes by DHCPv6 (O)."),
            Key(
                "preference", \.configuration.preference, Forms.preference, standard: "medium",
                "How much hosts should prefer this router."),
            Key(
                "lifetime", \.configuration.lifetime,
                Schema<Duration>.duration(.zero ... .seconds(9000)).map {
                    UInt16(clamping: $0.components.seconds)
                }, standard: "30m", "How long it is a default router; `0s` if it is none."),
            Key(
                "interval", \.configuration.maximumInterval, .duration(.seconds(4) ... .seconds(1800)),
                "The longest time between two advertisements that nobody asks for."),
            Key(
                "min_interval", \.configuration.minimumInterval, .duration(.seconds(3) ... .seconds(1350)),
                "The shortest."),
            Key(
                "hop_limit", \.configuration.hopLimit, Schema<Int>.integer(0...255).map { UInt8(clamping: $0) },
                standard: "64", "What hosts put into the Hop Limit field; 0 leaves it to them."),
            Key(
                "mtu", \.configuration.mtu, Schema<Int>.integer(1280...65535).map { UInt32($0) },
                standard: "not told", "The most octets in a packet on the link."),
            Key(
                "nat64", \.configuration.nat64Prefix, Forms.prefix, standard: "none",
                "The prefix by which IPv4 is reached (PREF64; RFC 8781)."),
            Key(
                "captive_portal", \.configuration.captivePortal,
                ConfigurationForms.text("a URI", "https://portal.example/api", limit: RouterConfiguration.uriLimit),
                standard: "none", "The captive portal's API (RFC 8910)."),
            Key(
                "unicast", \.configuration.answersByUnicast, .boolean,
                "Whether a host that asks is answered alone, which spares the others (RFC 7772)."),
            Key(
                "farewells", \.configuration.farewells, .integer(0...3),
                "How many advertisements say at the end that the router is none any more."),
        ])

    private static let prefix = Schema<RouterConfiguration.Prefix>.either(
        Forms.prefix.map { RouterConfiguration.Prefix($0) },
        orMap: .record(
            "ra_prefix",
            "A prefix, and what hosts do with it. A prefix alone is on the link, and addresses are made of it.",
            initial: RouterConfiguration.Prefix(IPv6Prefix(containing: .any, length: 0)),
            [
                Key("prefix", \.prefix, Forms.prefix, standard: "needed", "The prefix."),
                Key("on_link", \.isOnLink, .boolean, standard: "true", "Whether its addresses are on the link (L)."),
                Key(
                    "autonomous", \.isAutonomous, .boolean, standard: "true",
                    "Whether hosts make themselves addresses of it (A)."),
                Key("valid", \.valid, Forms.lifetime, standard: "90m", "How long it is valid."),
                Key("preferred", \.preferred, Forms.lifetime, standard: "45m", "How long its addresses are preferred."),
            ]))

    private static let route = Schema<RouterConfiguration.Route>.either(
        Forms.prefix.map { RouterConfiguration.Route($0) },
        orMap: .record(
            "ra_route", "A network, and how good the router is for it.",
            initial: RouterConfiguration.Route(IPv6Prefix(containing: .any, length: 0)),
            [
                Key("prefix", \.prefix, Forms.prefix, standard: "needed", "The network."),
                Key(
                    "preference", \.preference, Forms.preference, standard: "medium", "How much hosts should prefer it."
                ),
                Key(
                    "lifetime", \.lifetime, Forms.lifetime, standard: "three times `interval`", "How long it holds."),
            ]))
}

extension RouterConfiguration.Prefix {
    fileprivate var isOnLink: Bool {
        get { flags.contains(.onLink) }
        set { if newValue { flags.insert(.onLink) } else { flags.remove(.onLink) } }
    }

    fileprivate var isAutonomous: Bool {
        get { flags.contains(.autonomous) }
        set { if newValue { flags.insert(.autonomous) } else { flags.remove(.autonomous) } }
    }
}
