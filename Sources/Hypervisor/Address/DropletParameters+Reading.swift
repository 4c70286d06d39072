package import ServiceAPI
import DHCP
import Link
import Wire

extension DropletParameters {
    /// The most entries of each list.
    package static let listLimit = 16

    /// Takes what a caller sent; throws for the first parameter that is wrong.
    package init(reading message: Apus_Hvaddr_V1_Parameters) throws(ParameterError) {
        self.init(
            port: try ParameterReader.port(message.port, "port"),
            hardwareAddress: try ParameterReader.hardwareAddress(message.mac, "mac"))
        try readNames(message)
        try readServers(message)
        if message.mtu != 0 {
            guard (576...65_535).contains(message.mtu) else { throw ParameterError("mtu", "it is 576 to 65535") }
            mtu = UInt16(message.mtu)
        }
        if message.hasIpv4 { ipv4 = try IPv4(reading: message.ipv4) }
        if message.hasIpv6 { ipv6 = try IPv6(reading: message.ipv6, for: self) }
        if message.hasBoot { boot = try Self.boot(message.boot) }
        guard message.hasLimits else { return }
        guard message.limits.perSecond <= 10_000 else { throw ParameterError("limits.per_second", "it is up to 10000") }
        guard message.limits.burst <= 100_000 else { throw ParameterError("limits.burst", "it is up to 100000") }
        rate = message.limits.perSecond == 0 ? Self.standardRate : Int(message.limits.perSecond)
        burst = message.limits.burst == 0 ? 2 * rate : Int(message.limits.burst)
    }

    private mutating func readNames(_ message: Apus_Hvaddr_V1_Parameters) throws(ParameterError) {
        if !message.hostname.isEmpty {
            hostName = try ParameterReader.hostName(message.hostname, "hostname")
        }
        try ParameterReader.limit(message.domainSearch.count, "domain_search")
        for (index, text) in message.domainSearch.enumerated() {
            searchDomains.append(try ParameterReader.domain(text, "domain_search[\(index)]"))
        }
        guard searchDomains.reduce(0, { $0 + $1.size }) <= 255 else {
            throw ParameterError("domain_search", "the names together have more than 255 octets")
        }
        domain = message.domain.isEmpty ? searchDomains.first : try ParameterReader.domain(message.domain, "domain")
    }

    private mutating func readServers(_ message: Apus_Hvaddr_V1_Parameters) throws(ParameterError) {
        try ParameterReader.limit(message.dnsServers.count, "dns_servers")
        for (index, text) in message.dnsServers.enumerated() {
            let server = try ParameterReader.server(text, "dns_servers[\(index)]")
            switch server {
            case .ipv4(let address): dnsServers4.append(address)
            case .ipv6(let address): dnsServers6.append(address)
            }
        }
        try ParameterReader.limit(message.ntpServers.count, "ntp_servers")
        for (index, text) in message.ntpServers.enumerated() {
            let server = try ParameterReader.server(text, "ntp_servers[\(index)]")
            switch server {
            case .ipv4(let address): ntpServers4.append(address)
            case .ipv6(let address): ntpServers6.append(address)
            }
        }
    }

    private static func boot(_ message: Apus_Hvaddr_V1_Boot) throws(ParameterError) -> DHCPv4.Boot? {
        var boot = DHCPv4.Boot()
        if !message.server.isEmpty { boot.server = try ParameterReader.ipv4(message.server, "boot.server") }
        boot.file = try ParameterReader.text(message.file, "boot.file", limit: 127)
        boot.serverName = try ParameterReader.text(message.serverName, "boot.server_name", limit: 63)
        return boot == DHCPv4.Boot() ? nil : boot
    }
}

extension DropletParameters.IPv4 {
    init(reading message: Apus_Hvaddr_V1_IPv4) throws(ParameterError) {
        let (address, prefix) = try ParameterReader.ipv4WithPrefix(message.address, "ipv4.address")
        self.init(address: address, prefix: prefix)
        if !message.gateway.isEmpty {
            let gateway = try ParameterReader.ipv4(message.gateway, "ipv4.gateway")
            guard gateway != address else { throw ParameterError("ipv4.gateway", "it is the droplet's own address") }
            self.gateway = gateway
        }
        try ParameterReader.limit(message.routes.count, "ipv4.routes")
        for (index, route) in message.routes.enumerated() {
            let field = "ipv4.routes[\(index)]"
            guard let destination = IPv4Prefix(route.destination) else {
                throw ParameterError("\(field).destination", "it is a network such as 198.51.100.0/24")
            }
            let router = IPv4Address(route.gateway)
            guard let router, router.isUnspecified || ParameterReader.isUsable(router) else {
                throw ParameterError("\(field).gateway", "it is an address such as 192.0.2.1, or 0.0.0.0 on the link")
            }
            routes.append(DHCPv4.ClasslessStaticRoutes.Route(to: destination, by: router))
        }
        if !message.anchor.isEmpty {
            let (anchor, _) = try ParameterReader.ipv4WithPrefix(message.anchor, "ipv4.anchor")
            guard anchor != address else { throw ParameterError("ipv4.anchor", "it is the address itself") }
            self.anchor = anchor
        }
        if !message.anchorGateway.isEmpty {
            guard anchor != nil else { throw ParameterError("ipv4.anchor_gateway", "there is no anchor") }
            anchorGateway = try ParameterReader.ipv4(message.anchorGateway, "ipv4.anchor_gateway")
        }
        try readTimes(message)
    }

    private mutating func readTimes(_ message: Apus_Hvaddr_V1_IPv4) throws(ParameterError) {
        if message.leaseSeconds != 0 {
            guard message.leaseSeconds >= 60 else { throw ParameterError("ipv4.lease_seconds", "it is 60 at least") }
            leaseTime = message.leaseSeconds
        }
        if message.rebindingSeconds != 0 {
            guard message.rebindingSeconds < leaseTime else {
                throw ParameterError("ipv4.rebinding_seconds", "it is less than the lease's \(leaseTime)")
            }
            rebinding = message.rebindingSeconds
        }
        if message.renewalSeconds != 0 {
            let limit = rebinding ?? UInt32(UInt64(leaseTime) * 7 / 8)
            guard message.renewalSeconds < limit else {
                throw ParameterError("ipv4.renewal_seconds", "it is less than the rebinding time, \(limit)")
            }
            renewal = message.renewalSeconds
        }
    }
}
