package import Wire

/// What a router advertises on a link, and how often (RFC 4861, 6.2.1).
package struct RouterConfiguration: Equatable, Sendable {
    /// The longest time between two advertisements that nobody asked for (MaxRtrAdvInterval).
    package var maximumInterval: Duration = .seconds(600)

    /// The shortest (MinRtrAdvInterval).
    package var minimumInterval: Duration = .seconds(200)

    /// Whether addresses come by DHCPv6 (M).
    package var isManaged = false

    /// Whether other configuration comes by DHCPv6 (O).
    package var hasOtherConfiguration = false

    /// How much hosts should prefer the router (RFC 4191).
    package var preference: NDP.RouterPreference = .medium

    /// The seconds that the router is a default router for; zero if it is none.
    package var lifetime: UInt16 = 1800

    /// What hosts put into the Hop Limit field; zero leaves it to them.
    package var hopLimit: UInt8 = 64

    /// How long a neighbor is taken to be reachable, in milliseconds; zero leaves it to hosts.
    package var reachableTime: UInt32 = 0

    /// The time between solicitations, in milliseconds; zero leaves it to hosts.
    package var retransmissionTimer: UInt32 = 0

    /// The most octets in a packet on the link; nil leaves it to hosts.
    package var mtu: UInt32?

    /// The prefixes that are on the link, or that addresses are made of.
    package var prefixes: [Prefix] = []

    /// The networks that the router is good for, beside the default route (RFC 4191).
    package var routes: [Route] = []

    /// Recursive name servers (RFC 8106).
    package var dnsServers: [IPv6Address] = []

    /// The domains that a host looks a name up in (RFC 8106).
    package var dnsSearchList: [DomainName] = []

    /// How long name servers and domains may be used; nil for three times `maximumInterval`, as RFC 8106 asks for.
    package var dnsLifetime: Lifetime?

    /// The prefix by which IPv4 is reached (RFC 8781).
    package var nat64Prefix: IPv6Prefix?

    /// Where the captive portal's API is (RFC 8910).
    package var captivePortal: String?

    /// Whether a host that asks with an address is answered alone, which spares the others (RFC 7772, 4).
    package var answersByUnicast = true

    /// How many advertisements say farewell, 0 to 3: that the router is none any more (RFC 4861, 6.2.5).
    package var farewells = 1

    /// Makes a router that is a default router and advertises nothing else.
    package init() {}

    /// A prefix, and what hosts do with it.
    package struct Prefix: Equatable, Hashable, Sendable {
        /// The prefix.
        package var prefix: IPv6Prefix

        /// What hosts do with it.
        package var flags: NDP.PrefixInformation.Flags = [.onLink, .autonomous]

        /// How long it is on the link; what RFC 9096 keeps it under, so that hosts forget soon what is gone.
        package var valid: Lifetime = .seconds(5400)

        /// How long its addresses are preferred.
        package var preferred: Lifetime = .seconds(2700)

        package init(_ prefix: IPv6Prefix) {
            self.prefix = prefix
        }
    }

    /// A network that the router is good for.
    package struct Route: Equatable, Hashable, Sendable {
        /// The network.
        package var prefix: IPv6Prefix

        /// How much hosts should prefer it.
        package var preference: NDP.RouterPreference = .medium

        /// How long it holds; nil for three times the longest interval.
        package var lifetime: Lifetime?

        package init(_ prefix: IPv6Prefix) {
            self.prefix = prefix
        }
    }
}
