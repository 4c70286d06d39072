import DHCP
import Settings
import Wire

/// The parts of the file that are IPv6's.
enum ConfigurationSchema6 {
    private typealias Draft = ConfigurationDraft6
    private typealias Forms = ConfigurationForms6

    private static let time = Schema<Duration>.duration(.seconds(1) ... .seconds(86400 * 3650))

    static let server = Schema<ConfigurationDraft6.Server>.record(
        "dhcpv6", "What holds for DHCPv6 on all networks.", initial: ConfigurationDraft6.Server(),
        [
            Key(
                "duid", \.identifier, ConfigurationForms.duid, standard: "made of the machine's identifier",
                "What the server calls itself. Servers of one pool have different ones."),
            Key(
                "preference", \.preference, .integer(0...255), standard: "not told",
                "How much the server wants to be the one that a client takes; 255 ends the client's search."),
            Key("options", \.options, ConfigurationOptions6.schema, standard: "none", "What every client is told."),
            Key(
                "station_rate", \.stationRate, .integer(1...100_000), standard: "no limit",
                "Messages that one station may send in a second, whatever it calls itself."),
            Key(
                "leases_per_station", \.leasesPerStation, .integer(1...1_000_000), standard: "no limit",
                "Addresses and prefixes that one station may have at a time."),
        ])

    private static let lease = Schema<Draft.Times>.either(
        ConfigurationForms.leaseTime.map { time in
            var times = Draft.Times()
            if let time { times.valid = time } else { times.isInfinite = true }
            return times
        },
        orMap: .record(
            "lease6", "How long addresses and prefixes are lent. A time alone is `valid`; `forever` is possible there.",
            initial: Draft.Times(),
            [
                Key("valid", \.valid, time, "How long they may be used."),
                Key(
                    "preferred", \.preferred, time, standard: "three quarters of `valid`",
                    "How long new connections may use them."),
                Key("renew", \.renew, time, standard: "half of `preferred`", "When a client asks for more (T1)."),
                Key("rebind", \.rebind, time, standard: "four fifths of `preferred`", "When it asks any server (T2)."),
                Key(
                    "calm", \.calm, .integer(0...50),
                    "The share of a lease, in hundredths, within which a renewal is answered with what is left and"
                        + " nothing is written."),
            ]))

    static let subnet = Schema<ConfigurationDraft6.Subnet>.record(
        "subnet6", "A prefix that is on the link, and how its addresses, and prefixes for routers, are lent.",
        initial: ConfigurationDraft6.Subnet(),
        [
            Key(required: "subnet", \.prefix, Forms.prefix, "The prefix that is on the link."),
            Key("pools", \.pools, pool.placed.oneOrMore(1...256), standard: "none", "Addresses for whoever comes."),
            Key(
                "prefix_pools", \.prefixPools, prefixPool.placed.oneOrMore(1...64), standard: "none",
                "Prefixes that routers get for those behind them."),
            Key(
                "reservations", \.reservations, reservation.named(by: .name, 1...100_000), standard: "none",
                "What is kept for one client each. A name becomes the client's, unless `host_name` says another."),
            Key("options", \.options, ConfigurationOptions6.schema, standard: "none", "What clients here are told."),
            Key("lease", \.lease, lease.placed, standard: "1h", "How long addresses and prefixes are lent."),
            Key(
                "probe", \.probe, .duration(.zero ... .seconds(10)),
                "How long to wait for whoever may have an address, before its first use; `0s` asks nobody: clients do so"
                    + " themselves."),
        ])

    private static let pool = Schema<Draft.Pool>.either(
        Forms.range.map { Draft.Pool(range: $0) },
        orMap: .record(
            "pool6", "Addresses that are lent. A range alone is lent to all.", initial: Draft.Pool(),
            [
                Key(required: "range", \.range, Forms.range, "The addresses."),
                Key(
                    "classes", \.classes, ConfigurationForms.className.oneOrMore(1...64), standard: "all clients",
                    "The classes whose clients may have them."),
            ]))

    private static let prefixPool = Schema<Draft.PrefixPool>.record(
        "prefix_pool", "Prefixes of one length that are delegated.", initial: Draft.PrefixPool(),
        [
            Key(required: "prefix", \.prefix, Forms.prefix, "What they are parts of."),
            Key("length", \.length, .integer(1...128), standard: "needed", "How many bits each has."),
            Key(
                "exclude", \.excluded, .integer(1...128), standard: "none",
                "How many bits of the first part of each are the link's to its router (RFC 6603)."),
            Key(
                "classes", \.classes, ConfigurationForms.className.oneOrMore(1...64), standard: "all clients",
                "The classes whose clients may have them."),
        ])

    private static let reservation = Schema<Draft.Reservation>.record(
        "reservation6", "What one client gets: exactly one of the keys up to `subscriber_id` says which.",
        initial: Draft.Reservation(),
        [
            Key("duid", \.duid, ConfigurationForms.duid, standard: "none", "The client's DUID."),
            Key(
                "hardware", \.hardware, ConfigurationForms.hardware, standard: "none", "The client's hardware address."),
            Key(
                "interface_id", \.interfaceIdentifier, ConfigurationForms.identifier, standard: "none",
                "What the relay agent calls the client's port (option 18)."),
            Key(
                "remote_id", \.remoteIdentifier, ConfigurationForms.identifier, standard: "none",
                "What it calls the circuit (option 37), without the enterprise's number."),
            Key(
                "subscriber_id", \.subscriberIdentifier, ConfigurationForms.identifier, standard: "none",
                "What it calls the subscriber (option 38)."),
            Key("address", \.address, Forms.address.placed, standard: "any of the pools", "The client's address."),
            Key("prefix", \.prefix, Forms.prefix.placed, standard: "any of the pools", "The client's prefix."),
            Key(
                "host_name", \.hostName, ConfigurationForms.hostName, standard: "the reservation's name",
                "The client's name."),
            Key("options", \.options, ConfigurationOptions6.schema, standard: "none", "What it is told."),
        ])

    static let network = Schema<ConfigurationDraft6.Network>.record(
        "network6", "What DHCPv6 does on a network, beside its subnets.", initial: ConfigurationDraft6.Network(),
        [
            Key("options", \.options, ConfigurationOptions6.schema, standard: "none", "What clients here are told."),
            Key(
                "interface_ids", \.interfaceIdentifiers, ConfigurationForms.identifier.oneOrMore(1...256),
                standard: "none", "What relay agents call the link that have no address on it (option 18)."),
            Key(
                "rapid_commit", \.allowsRapidCommit, .boolean,
                "Whether a client that asks for it gets its lease at once; for links with one server."),
            Key(
                "reconfigure", \.allowsReconfigure, .boolean,
                "Whether clients that accept Reconfigure messages get a key for them."),
        ])
}
