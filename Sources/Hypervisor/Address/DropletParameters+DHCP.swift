package import DHCP
import Wire

// Why each droplet has a server of its own
// ----------------------------------------
// The conduct of DHCP is this project's: `DHCPv4.Server` and `DHCPv6.Server`. One server for all droplets would be told apart
// by network, and would have to be laid out anew, over all of them, with each change of one. So each droplet has a server of its
// own, of one network in which one client has a reservation, and a change costs what one droplet costs.
//
// What such a server would remember is of no use: the address is the droplet's whether or not it asked for it, and nobody else
// can have it. A memory would only do harm, after a declined address or with a machine that comes back under another
// identifier. So each message is answered by a copy of the server as it was made, which is then forgotten: the answer
// follows from the parameters and the message alone, is the same before and after a restart, and needs no store of leases.
extension DropletParameters {
    /// What the droplet's own server of DHCPv4 is told; nil without IPv4.
    package var configuration4: DHCPv4.Configuration? {
        guard let ipv4 else { return nil }
        var subnet = DHCPv4.Subnet(prefix: ipv4.prefix)
        var times = DHCPv4.LeaseTimes()
        (times.standard, times.minimum, times.maximum) = (ipv4.leaseTime, ipv4.leaseTime, ipv4.leaseTime)
        (times.renewal, times.rebinding) = (ipv4.renewal, ipv4.rebinding)
        subnet.times = times
        subnet.allowsRapidCommit = true
        subnet.boot = boot
        subnet.options = options4(ipv4)
        var reservation = DHCPv4.Reservation(
            match: .hardwareAddress(DHCPv4.HardwareAddress(hardwareAddress)), address: ipv4.address)
        reservation.hostName = hostName
        subnet.reservations = [reservation]
        var network = DHCPv4.Network(name: port)
        network.subnets = [subnet]
        network.serverIdentifier = ipv4.server
        // The port and its hardware address are who the droplet is, whatever it calls itself.
        network.ignoresClientIdentifiers = true
        var configuration = DHCPv4.Configuration()
        configuration.networks = [network]
        configuration.limits.rateCells = 1
        configuration.limits.probes = 1
        return configuration
    }

    private func options4(_ ipv4: IPv4) -> [DHCPv4.RawOption] {
        var options = [DHCPv4.RawOption(DHCPv4.SubnetMask(ipv4.prefix.mask))]
        if let routes = routes(ipv4) { options.append(DHCPv4.RawOption(DHCPv4.ClasslessStaticRoutes(routes))) }
        if let gateway = ipv4.gateway { options.append(DHCPv4.RawOption(DHCPv4.Routers([gateway]))) }
        if !dnsServers4.isEmpty { options.append(DHCPv4.RawOption(DHCPv4.DomainNameServers(dnsServers4))) }
        if !ntpServers4.isEmpty { options.append(DHCPv4.RawOption(DHCPv4.NetworkTimeServers(ntpServers4))) }
        if let domain { options.append(DHCPv4.RawOption(DHCPv4.DomainNameOption(domain.description))) }
        if !searchDomains.isEmpty { options.append(DHCPv4.RawOption(DHCPv4.DomainSearch(searchDomains))) }
        if let mtu { options.append(DHCPv4.RawOption(DHCPv4.InterfaceMTU(mtu))) }
        return options
    }

    /// The routes that are told; nil if the router alone says it all.
    ///
    /// A client that takes them ignores the router (RFC 3442), so the default route is among them; and a gateway outside of the
    /// droplet's prefix, as with a /32, is made to be on the link first.
    private func routes(_ ipv4: IPv4) -> [DHCPv4.ClasslessStaticRoutes.Route]? {
        typealias Route = DHCPv4.ClasslessStaticRoutes.Route
        let isFar = ipv4.gateway.map { !ipv4.prefix.contains($0) } ?? false
        guard !ipv4.routes.isEmpty || isFar else { return nil }
        var routes: [Route] = []
        if let gateway = ipv4.gateway, isFar {
            routes.append(Route(to: IPv4Prefix(containing: gateway, length: 32), by: .any))
        }
        routes += ipv4.routes
        if let gateway = ipv4.gateway, !routes.contains(where: { $0.destination.length == 0 }) {
            routes.append(Route(to: IPv4Prefix(containing: .any, length: 0), by: gateway))
        }
        return routes
    }

    /// What the droplet's own server of DHCPv6 is told; nil without IPv6.
    ///
    /// The first address and the first delegated prefix are reserved for the droplet, so that each question about one gets
    /// them; the others are pools of one, for further associations of the same message.
    package func configuration6(serverIdentifier: DUID) -> DHCPv6.Configuration? {
        guard let ipv6 else { return nil }
        var configuration = DHCPv6.Configuration(serverIdentifier: serverIdentifier)
        var times = DHCPv6.LeaseTimes()
        (times.preferred, times.valid) = (ipv6.preferred, ipv6.valid)
        var subnets: [DHCPv6.Subnet] = []
        func subnet(_ prefix: IPv6Prefix) -> Int {
            if let found = subnets.firstIndex(where: { $0.prefix == prefix }) { return found }
            var subnet = DHCPv6.Subnet(prefix: prefix)
            subnet.times = times
            subnets.append(subnet)
            return subnets.count - 1
        }
        for address in ipv6.addresses.dropFirst() {
            subnets[subnet(address.prefix)].pools.append(DHCPv6.Pool(first: address.address, last: address.address))
        }
        let first = ipv6.addresses.first.map { subnet($0.prefix) } ?? subnet(ipv6.delegated[0])
        for prefix in ipv6.delegated.dropFirst() {
            subnets[first].prefixPools.append(DHCPv6.PrefixPool(prefix: prefix, delegatedLength: prefix.length))
        }
        var reservation = DHCPv6.Reservation(
            match: .hardwareAddress(hardwareAddress), address: ipv6.addresses.first?.address,
            prefix: ipv6.delegated.first)
        reservation.hostName = hostName
        subnets[first].reservations = [reservation]
        var network = DHCPv6.Network(name: port)
        network.subnets = subnets
        network.options = options6
        network.allowsRapidCommit = true
        configuration.networks = [network]
        configuration.limits.rateCells = 1
        configuration.limits.probes = 1
        return configuration
    }

    private var options6: [DHCPv6.RawOption] {
        var options: [DHCPv6.RawOption] = []
        if !dnsServers6.isEmpty { options.append(DHCPv6.RawOption(DHCPv6.DNSServers(dnsServers6))) }
        if !searchDomains.isEmpty { options.append(DHCPv6.RawOption(DHCPv6.DomainList(searchDomains))) }
        if !ntpServers6.isEmpty {
            options.append(DHCPv6.RawOption(DHCPv6.NTPServer(ntpServers6.map { .address($0) })))
            options.append(DHCPv6.RawOption(DHCPv6.SNTPServers(ntpServers6)))
        }
        if let file = boot?.file, file.contains("://") {
            options.append(DHCPv6.RawOption(DHCPv6.BootFileURL(file)))
        }
        return options
    }
}
