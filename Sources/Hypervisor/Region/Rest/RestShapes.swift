/// The shapes of what REST takes and gives: the messages of rns.proto and hvaddr.proto, by the same names.
enum RestShapes {
    private typealias Member = RestShape.Member

    static let id = RestShape.string(pattern: "^[A-Za-z0-9._:-]{1,128}$", length: 1...128)
    static let hypervisor = RestShape.string(pattern: "^[a-z0-9][a-z0-9.-]{0,62}$", length: 1...63)
    static let pool = RestShape.string(pattern: "^[a-z0-9][a-z0-9-]{0,62}$", length: 1...63)
    private static let number = RestShape.integer(0...Int64(UInt32.max))
    private static let generation = RestShape.integer(0...Int64.max)
    private static let text = RestShape.string()
    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    private static let address4 = RestShape.string(
        pattern: "^(\(octet)\\.\(octet)\\.\(octet)\\.\(octet))?$", length: 0...15)
    private static let address = RestShape.string(pattern: "^[0-9A-Fa-f:.]{2,45}$", length: 2...45)
    private static let port = RestShape.string(pattern: "^[A-Za-z0-9_.-]{0,15}$", length: 0...15)
    private static let hardware = RestShape.string(
        pattern: "^([0-9a-f][02468ace](:[0-9a-f]{2}){5})?$", length: 0...17)

    static let components: [String: RestShape] = [
        "Parameters": parameters, "IPv4": ipv4, "IPv6": ipv6, "RouterAdvertisement": advertisement,
        "Claim": .object([
            Member("pool", pool, isRequired: true), Member("address", text, "This one; any free one if absent."),
        ]),
        "Allocation": .object([Member("pool", pool), Member("address", text)]),
        "Droplet": .object([
            Member("id", id), Member("hypervisor", hypervisor), Member("parameters", .component("Parameters")),
            Member("allocations", .array(.component("Allocation"), limit: 64), "Where its addresses came from."),
            Member("generation", generation, "The store's revision of the last change."),
        ]),
        "CreateDroplet": .object([
            Member("id", id, isRequired: true), Member("hypervisor", hypervisor, isRequired: true),
            Member("parameters", .component("Parameters"), isRequired: true),
            Member("claims", .array(.component("Claim"), limit: 16), "The addresses that are wanted."),
        ]),
        "UpdateDroplet": .object([
            Member("parameters", .component("Parameters"), isRequired: true),
            Member("generation", generation, "The generation that the change is made of; absent: whatever it is."),
        ]),
        "MoveDroplet": .object([
            Member("hypervisor", hypervisor, isRequired: true), Member("port", port, "As it was if absent."),
        ]),
        "Droplets": .object([
            Member("droplets", .array(.component("Droplet"), limit: 100)),
            Member("next_page_token", text, "Absent on the last page."),
        ]),
        "Deleted": .object([Member("generation", generation)]),
        "CreatePool": .object(poolMembers),
        "Pool": .object(
            poolMembers + [
                Member("used", generation, "How many are given."),
                Member("capacity", generation, "How many there are to give."),
            ]),
        "Pools": .object([Member("pools", .array(.component("Pool"), limit: 1_000_000))]),
        "SetHypervisor": .object([
            Member(
                "endpoint", .string(pattern: "^(unix:/|tcp:).+$", length: 1...300), isRequired: true,
                "Where its hvaddrd serves: unix:/PATH, or tcp:ADDRESS:PORT.")
        ]),
        "Hypervisor": .object([
            Member("name", hypervisor), Member("endpoint", text),
            Member("generation", generation, "The last change of its droplets."),
            Member("applied_generation", generation, "Up to where it is known to have everything."),
            Member("lag_milliseconds", generation, "For how long it has been behind."), Member("error", text),
            Member("shard", number), Member("owner", text, "The instance that tells it."),
        ]),
        "Hypervisors": .object([
            Member("hypervisors", .array(.component("Hypervisor"), limit: 100)), Member("next_page_token", text),
        ]),
        "Status": .object(
            [Member("version", text), Member("instance", text), Member("store", text)]
                + [Member("instances", .array(text, limit: 10_000))]
                + [
                    "shards", "owned_shards", "hypervisors", "behind", "pushes", "failures", "syncs", "store_calls",
                ].map { Member($0, generation) }),
        "Error": .object([
            Member(
                "error",
                .object([
                    Member("code", text, isRequired: true, "gRPC's name of it."),
                    Member("field", text, "The field that is to blame."), Member("message", text, isRequired: true),
                ]), isRequired: true)
        ]),
    ]

    private static let poolMembers = [
        Member("name", pool, isRequired: true),
        Member("prefix", .string(length: 1...64), isRequired: true, "192.0.2.0/24, 2001:db8::/64."),
        Member("gateway", .string(length: 0...45), "The router; it is not given to anybody."),
        Member("delegated_length", .integer(0...64), "Prefixes of this length are delegated; absent: addresses."),
        Member(
            "reserved", .array(.string(length: 1...100), limit: 1_000),
            "Addresses, or FIRST-LAST, not given unless asked for."),
        Member("dns_servers", .array(address, limit: 16), "For droplets that have none of their own."),
    ]

    private static let parameters = RestShape.object([
        Member("port", port, "The port of the bridge, by name: tap17."),
        Member("mac", hardware, "The hardware address; one is made if absent."),
        Member("ipv4", .component("IPv4")), Member("ipv6", .component("IPv6")),
        Member("dns_servers", .array(address, limit: 16)),
        Member("domain_search", .array(.string(length: 1...253), limit: 16)),
        Member("domain", .string(length: 0...253)), Member("ntp_servers", .array(address, limit: 16)),
        Member("mtu", .integer(0...65_535), "0, or 576 and more."), Member("hostname", .string(length: 0...253)),
        Member(
            "boot",
            .object([
                Member("server", address4), Member("file", .string(length: 0...127)),
                Member("server_name", .string(length: 0...63)),
            ])),
        Member(
            "limits", .object([Member("per_second", .integer(0...10_000)), Member("burst", .integer(0...100_000))])),
    ])

    private static let ipv4 = RestShape.object([
        Member("address", .string(length: 0...18), "From the claims."),
        Member("gateway", address4, "The pool's if absent."),
        Member(
            "routes",
            .array(
                .object([
                    Member("destination", .string(length: 1...18), isRequired: true),
                    Member("gateway", address4, isRequired: true),
                ]), limit: 16)),
        Member("anchor", .string(length: 0...18), "From the claims."), Member("anchor_gateway", address4),
        Member("lease_seconds", number), Member("renewal_seconds", number), Member("rebinding_seconds", number),
    ])

    private static let ipv6 = RestShape.object([
        Member("addresses", .array(.string(length: 1...50), limit: 16), "From the claims."),
        Member("gateway", .string(length: 0...45)),
        Member("delegated_prefixes", .array(.string(length: 1...50), limit: 16), "From the claims."),
        Member("preferred_seconds", number), Member("valid_seconds", number),
        Member("router_advertisement", .component("RouterAdvertisement")),
    ])

    private static let advertisement = RestShape.object(
        ["disabled", "managed", "other", "autonomous", "on_link"].map { Member($0, .boolean) }
            + [
                "router_lifetime_seconds", "interval_seconds", "hop_limit", "reachable_milliseconds",
                "retransmit_milliseconds",
            ].map { Member($0, number) } + [Member("preference", .choice(["MEDIUM", "HIGH", "LOW"]))])
}
