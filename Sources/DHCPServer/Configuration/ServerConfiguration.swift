package import DHCP
package import Linux
package import Wire

/// Everything that a configuration file says, checked and ready to be served.
package struct ServerConfiguration: Sendable {
    /// The file that leases are kept in.
    package var leases = "/var/lib/apus/dhcp.sqlite"

    /// The socket that `apus dhcp leases` and its like speak to; nil for none.
    package var control: String? = "/run/apus/dhcp.sock"

    /// Where metrics are served; nil for nowhere.
    package var metrics: SocketAddress?

    /// The file that spans go to; nil for none.
    package var traces: String?

    /// Each link that is listened on, and the network on it.
    package var links: [LinkSetting] = []

    /// The networks' names, in the order that `LinkSetting.network` and `Arrival.network` count.
    package var networks: [String] = []

    /// What DHCPv4 serves: a network for each of `networks`, without subnets where a file gives none.
    package var v4 = DHCPv4.Configuration()

    /// How many frames may wait; the oldest go first.
    package var queue = 8192

    /// Frames that have waited for longer than so many milliseconds are not answered: their senders have asked again.
    package var queueTime = 3000

    /// What the server calls itself in DHCPv6; nil for a name made of the machine's identifier.
    package var duid: DUID?

    /// What DHCPv6 serves: a network for each of `networks`, without subnets where a file gives none.
    ///
    /// `serverIdentifier` in it is what `duid` says, or else what whoever serves puts there.
    package var v6 = DHCPv6.Configuration(serverIdentifier: MachineIdentifier.none)

    /// What is advertised on each of `networks`; nil where nothing is.
    package var routers: [Router?] = []

    package init() {}

    /// A router on a network.
    package struct Router: Sendable, Equatable {
        package var configuration: RouterConfiguration

        /// The link-local address that it has; nil for the interface's.
        package var address: IPv6Address?

        package init(configuration: RouterConfiguration, address: IPv6Address?) {
            (self.configuration, self.address) = (configuration, address)
        }
    }

    /// An interface, or one VLAN of it.
    package struct LinkSetting: Sendable, Hashable {
        package var interface: String
        package var vlan: UInt16
        package var network: Int

        package init(interface: String, vlan: UInt16, network: Int) {
            (self.interface, self.vlan, self.network) = (interface, vlan, network)
        }
    }
}

extension ServerConfiguration {
    /// What there is of everything, for people.
    package var summary: String {
        let subnets = v4.networks.flatMap(\.subnets)
        let addresses = subnets.flatMap(\.pools).reduce(0) { $0 + Int($1.last.rawValue - $1.first.rawValue) + 1 }
        let reservations = subnets.reduce(0) { $0 + $1.reservations.count }
        let subnets6 = v6.networks.flatMap(\.subnets)
        return "networks: \(networks.count), IPv4 subnets: \(subnets.count), addresses in pools: \(addresses), "
            + "reservations: \(reservations), IPv6 subnets: \(subnets6.count), "
            + "routers: \(routers.count { $0 != nil })"
    }
}
