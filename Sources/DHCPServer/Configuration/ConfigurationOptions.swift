import DHCP
import Settings
import Wire

/// The options that a file may give by name, each with its type, and by number.
enum ConfigurationOptions {
    private typealias Options = ConfigurationDraft.Options
    private typealias Forms = ConfigurationForms

    private static func key(
        _ name: String, _ code: DHCPv4.OptionCode, _ schema: Schema<[UInt8]>, _ documentation: String
    ) -> Key<Options> {
        Key(name, \Options[code], schema, "\(documentation) (option \(code.rawValue)).")
    }

    private static let addresses = Forms.address.oneOrMore(1...32).map { list in
        list.flatMap { address in [UInt8](capacity: 4) { address.write(to: &$0) } }
    }

    private static let names = Forms.domain.oneOrMore(1...64).map { names in
        let option = DHCPv4.DomainSearch(names)
        return [UInt8](capacity: option.size) { option.write(to: &$0) }
    }

    private static func text(_ noun: String, _ example: String) -> Schema<[UInt8]> {
        Forms.text(noun, example).map { Array($0.utf8) }
    }

    private static func number(_ range: ClosedRange<Int>, octets: Int) -> Schema<[UInt8]> {
        Schema<Int>.integer(range).map { value in
            (0..<octets).map { UInt8(truncatingIfNeeded: value >> (8 * (octets - 1 - $0))) }
        }
    }

    private static let flag = Schema<Bool>.boolean.map { [$0 ? UInt8(1) : 0] }

    private static let routes = Schema<Route>.record(
        "route", "A network, and the router to it.", initial: Route(),
        [
            Key(required: "to", \.destination, Forms.prefix, "The network; 0.0.0.0/0 is the default route."),
            Key(
                required: "via", \.router, Forms.address, "The router; 0.0.0.0 if the network is on the client's link."),
        ]
    ).list(1...64).map { routes in
        let whole = routes.compactMap { route in
            route.destination.flatMap { destination in
                route.router.map { DHCPv4.ClasslessStaticRoutes.Route(to: destination, by: $0) }
            }
        }
        // An incomplete route was reported, and the file is not used.
        guard !whole.isEmpty else { return [UInt8]() }
        let option = DHCPv4.ClasslessStaticRoutes(whole)
        return [UInt8](capacity: option.size) { option.write(to: &$0) }
    }

    private struct Route: Sendable {
        var destination: IPv4Prefix?
        var router: IPv4Address?
    }

    private static let wait = Schema<Duration>.duration(.seconds(300) ... .seconds(86400 * 365)).map { time in
        let seconds = UInt32(clamping: time.components.seconds)
        return [UInt8](capacity: 4) { $0.append(uint32: seconds) }
    }

    static let schema = Schema<ConfigurationDraft.Options>.record(
        "options",
        "What clients are told that ask for it. What stands closer to a client wins: its reservation before its classes,"
            + " those before its subnet, that before its network, and that before what is for everybody.",
        initial: Options(), named + [custom])

    private static let named: [Key<Options>] = [
        key("routers", .routers, addresses, "Default routers, the preferred one first"),
        key("dns_servers", .domainNameServers, addresses, "Name servers, the preferred one first"),
        key("domain_name", .domainName, text("a domain", "lan.example"), "The client's domain"),
        key("domain_search", .domainSearch, names, "Domains to look names up in"),
        key("ntp_servers", .networkTimeServers, addresses, "NTP servers"),
        key("time_servers", .timeServers, addresses, "Time servers (RFC 868)"),
        key("log_servers", .logServers, addresses, "Syslog servers"),
        key("host_name", .hostName, text("a host's name", "kiosk"), "The client's name"),
        key("subnet_mask", .subnetMask, addresses, "The subnet mask, in the place of the subnet's own"),
        key("broadcast", .broadcastAddress, addresses, "The broadcast address, in the place of the subnet's own"),
        key("mtu", .interfaceMTU, number(68...65535, octets: 2), "The link's MTU"),
        key("routes", .classlessStaticRoutes, routes, "Routes; a client that takes them ignores `routers`"),
        key("routes_microsoft", .microsoftClasslessStaticRoutes, routes, "The same for old Windows"),
        key("time_zone", .posixTimeZone, text("a time zone as POSIX writes it", "CET-1CEST"), "The time zone"),
        key("time_zone_name", .databaseTimeZone, text("a time zone", "Europe/Vienna"), "The time zone's name"),
        key(
            "captive_portal", .captivePortal, text("a URI", "https://portal.example/api"),
            "The captive portal's API (RFC 8910)"),
        key("ipv6_only", .ipv6OnlyPreferred, wait, "How long an IPv6-only client may do without IPv4 (RFC 8925)"),
        key("netbios_name_servers", .netBIOSNameServers, addresses, "WINS servers"),
        key("netbios_node_type", .netBIOSNodeType, number(1...8, octets: 1), "The NetBIOS node type"),
        key("vendor_information", .vendorInformation, Forms.octets, "What the client's vendor says"),
        key(
            "vendor_class", .vendorClassIdentifier, text("a vendor class", "PXEClient"),
            "The vendor class that boot loaders look for"),
        key("tftp_server", .tftpServerName, text("a server", "boot.example"), "The TFTP server's name"),
        key("tftp_servers", .tftpServerAddresses, addresses, "TFTP servers, as phones want them"),
        key("boot_file", .bootFileName, text("a file", "boot.ipxe"), "The boot file's name"),
        key("root_path", .rootPath, text("a path", "192.168.1.1:/srv/root"), "The client's root disk"),
    ]

    private static let custom = Key<Options>(
        "custom", \.custom, customOption.placed.list(1...64), standard: "none",
        "Options by number, each with one value.")

    private static let customOption = Schema<ConfigurationDraft.Custom>.record(
        "custom", "An option by its number; beside `code` exactly one key, which says the type.",
        initial: ConfigurationDraft.Custom(),
        [
            Key(required: "code", \.code, .integer(1...254), "The option's number."),
            Key("addresses", \.addresses, addresses, "IPv4 addresses."),
            Key("text", \.text, text("text", "spare"), "Text."),
            Key("hex", \.hex, Forms.octets, "Octets."),
            Key("names", \.names, names, "Domain names, uncompressed."),
            Key("flag", \.flag, flag, "One octet: 1 or 0."),
            Key("uint8", \.octet, number(0...255, octets: 1), "One octet."),
            Key("uint16", \.short, number(0...65535, octets: 2), "Two octets."),
            Key("uint32", \.number, number(0...4_294_967_295, octets: 4), "Four octets."),
        ])
}
