import DHCP
import Settings
import Wire

/// The options of DHCPv6 that a file may give by name, each with its type, and by number.
enum ConfigurationOptions6 {
    private typealias Options = ConfigurationDraft6.Options
    private typealias Forms = ConfigurationForms

    private static func key(
        _ name: String, _ code: DHCPv6.OptionCode, _ schema: Schema<[UInt8]>, _ documentation: String
    ) -> Key<Options> {
        Key(name, \Options[code], schema, "\(documentation) (option \(code.rawValue)).")
    }

    private static let addresses = ConfigurationForms6.address.oneOrMore(1...32).map { list in
        list.flatMap { address in [UInt8](capacity: IPv6Address.size) { address.write(to: &$0) } }
    }

    private static let names = Forms.domain.oneOrMore(1...64).map { names in names.flatMap(\.octets) }

    private static let timeServers = ConfigurationForms6.address.oneOrMore(1...32).map { list in
        let option = DHCPv6.NTPServer(list.map { $0.isMulticast ? .multicast($0) : .address($0) })
        return [UInt8](capacity: option.size) { option.write(to: &$0) }
    }

    private static let parameters = Forms.text("a parameter", "quiet").oneOrMore(1...32).map { list in
        let option = DHCPv6.BootFileParameters(list.map { Array($0.utf8) })
        return [UInt8](capacity: option.size) { option.write(to: &$0) }
    }

    private static func text(_ noun: String, _ example: String) -> Schema<[UInt8]> {
        Forms.text(noun, example, limit: 1024).map { Array($0.utf8) }
    }

    private static func time(_ range: ClosedRange<Duration>) -> Schema<[UInt8]> {
        Schema<Duration>.duration(range).map { time in
            let seconds = UInt32(clamping: time.components.seconds)
            return [UInt8](capacity: 4) { $0.append(uint32: seconds) }
        }
    }

    static let schema = Schema<ConfigurationDraft6.Options>.record(
        "options6",
        "What DHCPv6 clients are told that ask for it. What stands closer to a client wins, as with IPv4's options.",
        initial: Options(), named + [custom])

    private static let named: [Key<Options>] = [
        key("dns_servers", .dnsServers, addresses, "Name servers, the preferred one first"),
        key("domain_search", .domainList, names, "Domains to look names up in"),
        key("ntp_servers", .ntpServer, timeServers, "NTP servers, or groups of them"),
        key("sntp_servers", .sntpServers, addresses, "Time servers, for clients that know no option 56"),
        key("boot_file_url", .bootFileURL, text("a URL", "tftp://[2001:db8::1]/boot.efi"), "The boot file"),
        key("boot_file_parameters", .bootFileParameters, parameters, "What the boot file gets as arguments"),
        key("time_zone", .posixTimeZone, text("a time zone as POSIX writes it", "CET-1CEST"), "The time zone"),
        key("time_zone_name", .databaseTimeZone, text("a time zone", "Europe/Vienna"), "The time zone's name"),
        key(
            "captive_portal", .captivePortal, text("a URI", "https://portal.example/api"),
            "The captive portal's API (RFC 8910)"),
        key(
            "solicit_max", .solicitMaximumRetransmission, time(.seconds(60) ... .seconds(86400)),
            "The longest that a client waits between two Solicits (SOL_MAX_RT)"),
        key(
            "information_max", .informationMaximumRetransmission, time(.seconds(60) ... .seconds(86400)),
            "The longest that a client waits between two Information-requests (INF_MAX_RT)"),
        key(
            "information_refresh", .informationRefreshTime, time(.seconds(600) ... .seconds(86400 * 365)),
            "How long what an Information-request brought is good for"),
    ]

    private static let custom = Key<Options>(
        "custom", \.custom, customOption.placed.list(1...64), standard: "none",
        "Options by number, each with one value.")

    private static let customOption = Schema<ConfigurationDraft6.Custom>.record(
        "custom6", "An option by its number; beside `code` exactly one key, which says the type.",
        initial: ConfigurationDraft6.Custom(),
        [
            Key(required: "code", \.code, .integer(1...65535), "The option's number."),
            Key("addresses", \.addresses, addresses, "IPv6 addresses."),
            Key("text", \.text, text("text", "spare"), "Text."),
            Key("hex", \.hex, Forms.octets, "Octets."),
            Key("names", \.names, names, "Domain names, uncompressed."),
        ])
}
