import DHCP
import Settings
import Wire

extension ServerConfiguration {
    private typealias Draft = ConfigurationDraft
    private typealias Forms = ConfigurationForms

    static let fileSchema = Schema<ConfigurationDraft>.record(
        "configuration", "At least one network.", initial: ConfigurationDraft(),
        [
            Key(required: "version", \.version, .integer(1...1), "The version of this format."),
            Key(
                "leases", \.leases, SharedLeases.schema,
                "The file that leases are kept in, an SQLite database; or an etcd cluster, which several servers share, so that either may die."
            ),
            Key("control", \.control, Forms.file, "The socket that `apus dhcp leases` and its like speak gRPC on."),
            Key("metrics", \.metrics, Forms.listening, standard: "off", "Where Prometheus may fetch metrics."),
            Key(
                "traces", \.traces, Forms.file, standard: "off",
                "A file that a span of each exchange is appended to, a line of OTLP/JSON each; read at the start alone."
            ),
            Key(
                "authoritative", \.isAuthoritative, .boolean,
                "Whether the server speaks for its links, and refuses addresses that it knows nothing of."),
            Key("options", \.options, ConfigurationOptions.schema, standard: "none", "What every client is told."),
            Key(
                "classes", \.classes, clientClass.named(by: .name, 1...64), standard: "none",
                "Kinds of clients. A client may be of several; where they differ the first counts."),
            Key(
                "limits", \.limits, limits, standard: "see below", "What keeps one client from spoiling it for others."),
            Key(
                "dhcpv6", \.dhcpv6, ConfigurationSchema6.server, standard: "see below",
                "What holds for DHCPv6 on all networks."),
            Key(
                required: "networks", \.networks, network.named(by: .name, 1...4096),
                "The links that are served. Names appear in logs and metrics."),
        ])

    private static let time = Schema<Duration>.duration(.seconds(1) ... .seconds(86400 * 3650))

    private static let limits = Schema<Draft.Limits>.record(
        "limits", "What keeps one client, or many, from spoiling a server for the others.", initial: Draft.Limits(),
        [
            Key("rate", \.rate, .integer(1...10_000), "Messages that one client may send in a second."),
            Key("burst", \.burst, .integer(1...10_000), "Messages that one client may send at once."),
            Key(
                "declines", \.declines, .integer(1...1000), "Addresses that one client may decline in `decline_window`."
            ),
            Key("decline_window", \.declineWindow, time, "How long declined addresses are counted."),
            Key("quarantine", \.quarantine, time, "How long a declined address rests."),
            Key(
                "quarantine_share", \.quarantineShare, .integer(1...100),
                "The share of a pool that may rest, in hundredths; more declined addresses are used again at once."),
            Key("offer", \.offer, time, "How long an offered address is kept for the client."),
            Key(
                "queue", \.queue, .integer(64...1_000_000),
                "Frames that may wait; under overload the oldest are dropped."),
            Key(
                "queue_time", \.queueTime, .duration(.milliseconds(100) ... .seconds(60)),
                "How long a frame may have waited that is still answered."),
            Key(
                "check_hardware_source", \.checksHardwareSource, .boolean,
                "Whether a frame's source must be the hardware address that the client gives in its message."),
        ])

    private static let lease = Schema<Draft.Times>.either(
        ConfigurationForms.leaseTime.map { time in
            var times = Draft.Times()
            if let time { times.standard = time } else { times.isInfinite = true }
            return times
        },
        orMap: .record(
            "lease", "How long addresses are lent. A time alone is `time`; `forever` is possible there.",
            initial: Draft.Times(),
            [
                Key("time", \.standard, time, "For a client that does not ask for a time."),
                Key("min", \.minimum, time, standard: "1m, or `time` if that is less", "The least that a client gets."),
                Key("max", \.maximum, time, standard: "`time`, or 24h if that is more", "The most that a client gets."),
                Key("renew", \.renew, time, standard: "a half", "When a client asks for more (T1)."),
                Key("rebind", \.rebind, time, standard: "seven eighths", "When it asks any server (T2)."),
                Key(
                    "calm", \.calm, .integer(0...50),
                    "The share of a lease, in hundredths, within which a renewal is answered with what is left and"
                        + " nothing is written."),
            ]))

    private static let boot = Schema<DHCPv4.Boot>.record(
        "boot", "What a client boots over the network.", initial: DHCPv4.Boot(),
        [
            Key("server", \.server, Forms.address, standard: "none", "Where from (siaddr)."),
            Key(
                "server_name", \.serverName, Forms.text("a name", "boot.example", limit: 63), standard: "none",
                "The server's name."),
            Key(
                "file", \.file, Forms.text("a file or a URL", "undionly.kpxe", limit: 127), standard: "none",
                "The file on it; for HTTP boot a URL."),
        ])

    private static let clientClass = Schema<Draft.Class>.record(
        "class",
        "A client is of the class if every condition holds that is given; of a condition's several values one must.",
        initial: Draft.Class(),
        [
            Key(
                "vendor_class", \.vendorClasses, Forms.text("a vendor class", "PXEClient").oneOrMore(1...64),
                standard: "any", "What the vendor class begins with (option 60)."),
            Key(
                "user_class", \.userClasses, Forms.text("a user class", "iPXE").oneOrMore(1...64), standard: "any",
                "The user class (option 77)."),
            Key(
                "architecture", \.architectures, Forms.architecture.oneOrMore(1...64), standard: "any",
                "What the client can boot (option 93)."),
            Key(
                "hardware", \.hardwarePrefixes, Forms.octets.oneOrMore(1...64), standard: "any",
                "What the hardware address begins with."),
            Key(
                "circuit_id", \.circuitIdentifiers, Forms.identifier.oneOrMore(1...64), standard: "any",
                "The circuit that a relay agent names (option 82)."),
            Key(
                "remote_id", \.remoteIdentifiers, Forms.identifier.oneOrMore(1...64), standard: "any",
                "The remote end that a relay agent names (option 82)."),
            Key("options", \.options, ConfigurationOptions.schema, standard: "none", "What such clients are told."),
            Key(
                "options6", \.options6, ConfigurationOptions6.schema, standard: "none",
                "What such clients are told by DHCPv6."),
            Key("boot", \.boot, boot, standard: "none", "What such clients boot."),
            Key(
                "lease", \.lease, lease.placed, standard: "the subnet's", "How long such clients have their addresses."),
        ])

    private static let interface = Schema<Draft.Interface>.either(
        Forms.interface.map { Draft.Interface(name: $0) },
        orMap: .record(
            "interface", "An interface, or one VLAN of it. A name alone means frames without a tag.",
            initial: Draft.Interface(),
            [
                Key(required: "name", \.name, Forms.interface, "The interface's name."),
                Key("vlan", \.vlan, .integer(0...4094), "The VLAN that frames are tagged with; 0 for none."),
            ]))

    private static let network = Schema<Draft.Network>.record(
        "network", "Everything on one link, or behind relay agents that serve one link.", initial: Draft.Network(),
        [
            Key(
                "interface", \.interfaces, interface.placed.oneOrMore(1...256), standard: "none: relay agents only",
                "Where the link is. An interface may come later, go, and come back."),
            Key(
                "server", \.server, Forms.address.placed, standard: "the interface's address",
                "What the server calls itself towards clients: an address of its own."),
            Key(
                "relays", \.relays, Forms.address.oneOrMore(1...64), standard: "none",
                "Relay agents whose addresses are in none of the subnets."),
            Key(
                "trust_relay_information", \.trustsRelayInformation, .boolean,
                "Whether option 82 is believed in frames of clients, as switches add it that snoop."),
            Key(
                "ignore_client_ids", \.ignoresClientIdentifiers, .boolean,
                "Whether clients are told by their hardware addresses alone."),
            Key(
                "forcerenew", \.allowsForceRenew, .boolean,
                "Whether clients that can check a FORCERENEW get a nonce for it (RFC 6704), so that `apus dhcp renew` reaches"
                    + " them."),
            Key("options", \.options, ConfigurationOptions.schema, standard: "none", "What clients here are told."),
            Key("v4", \.subnets, subnet.placed.oneOrMore(1...1024), standard: "none", "The IPv4 subnets."),
            Key(
                "v6", \.subnets6, ConfigurationSchema6.subnet.placed.oneOrMore(1...1024), standard: "none",
                "The IPv6 subnets, for DHCPv6."),
            Key(
                "dhcpv6", \.dhcpv6, ConfigurationSchema6.network, standard: "see below",
                "What DHCPv6 does here, beside the subnets."),
            Key(
                "ra", \.router, ConfigurationSchemaRouter.router.placed, standard: "nothing is advertised",
                "What is advertised to hosts here, as a router does."),
        ])

    private static let subnet = Schema<Draft.Subnet>.record(
        "subnet", "An IPv4 subnet, and how its addresses are lent.", initial: Draft.Subnet(),
        [
            Key(required: "subnet", \.prefix, Forms.prefix, "The subnet's addresses."),
            Key("pools", \.pools, pool.placed.oneOrMore(1...256), standard: "none", "What is lent to whoever comes."),
            Key(
                "reservations", \.reservations, reservation.named(by: .name, 1...100_000), standard: "none",
                "What is kept for one client each. A name becomes the client's, unless `host_name` says another."),
            Key("options", \.options, ConfigurationOptions.schema, standard: "none", "What clients here are told."),
            Key("lease", \.lease, lease.placed, standard: "1h", "How long addresses are lent."),
            Key("boot", \.boot, boot, standard: "none", "What clients here boot."),
            Key(
                "rapid_commit", \.allowsRapidCommit, .boolean,
                "Whether a client that asks for it gets its address at once (RFC 4039); for links with one server."),
            Key(
                "probe", \.probe, .duration(.zero ... .seconds(10)),
                "How long to wait for whoever may have an address, before its first use; `0s` asks nobody."),
        ])

    private static let pool = Schema<Draft.Pool>.either(
        Forms.range.map { Draft.Pool(range: $0) },
        orMap: .record(
            "pool", "Addresses that are lent. A range alone is lent to all.", initial: Draft.Pool(),
            [
                Key(required: "range", \.range, Forms.range, "The addresses."),
                Key("order", \.order, .choice, "Which free address is next."),
                Key(
                    "classes", \.classes, Forms.className.oneOrMore(1...64), standard: "all clients",
                    "The classes whose clients may have them."),
            ]))

    private static let reservation = Schema<Draft.Reservation>.record(
        "reservation", "What one client gets: exactly one of the keys up to `remote_id` says which.",
        initial: Draft.Reservation(),
        [
            Key("hardware", \.hardware, Forms.hardware, standard: "none", "The client's hardware address."),
            Key(
                "client_id", \.clientIdentifier, Forms.identifier, standard: "none",
                "The client's identifier (option 61)."),
            Key("duid", \.duid, Forms.duid, standard: "none", "The client's DUID (RFC 4361)."),
            Key(
                "circuit_id", \.circuitIdentifier, Forms.identifier, standard: "none", "The circuit that it is behind."),
            Key("remote_id", \.remoteIdentifier, Forms.identifier, standard: "none", "The remote end of its circuit."),
            Key("address", \.address, Forms.address.placed, standard: "any of the pools", "The client's address."),
            Key("host_name", \.hostName, Forms.hostName, standard: "the reservation's name", "The client's name."),
            Key("options", \.options, ConfigurationOptions.schema, standard: "none", "What it is told."),
            Key("boot", \.boot, boot, standard: "none", "What it boots."),
        ])
}

extension ConfigurationForms {
    /// How long addresses are lent; nil for ever.
    static let leaseTime = Schema<Duration?>.text(
        Form("a time", examples: ["1h", "30m", "forever"], pattern: "^([0-9]+(ms|s|m|h)|forever)$")
    ) { text throws(Refusal) in
        if text == "forever" { return nil }
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = Int64(digits), count > 0 else { throw Refusal() }
        let factor: Int64
        switch text[digits.endIndex...] {
        case "s": factor = 1
        case "m": factor = 60
        case "h": factor = 3600
        case "": throw Refusal("give a unit, such as '\(count)s'")
        case "d": throw Refusal("did you mean '\(count * 24)h'?")
        default: throw Refusal("units are s, m and h, one of them")
        }
        guard count <= 86400 * 3650 / factor else { throw Refusal("it is more than ten years; write 'forever'") }
        return .seconds(count * factor)
    }
}
