package import DHCP
package import Wire

/// What one droplet is told, and what it may send: checked, so that nothing of it can fail later.
///
/// `DropletParameters+Reading.swift` makes it of what a caller sent.
package struct DropletParameters: Equatable, Sendable {
    /// The port of the bridge that the droplet is attached to, by name.
    package var port: String

    /// The address of the droplet's interface.
    package var hardwareAddress: MACAddress

    package var ipv4: IPv4?
    package var ipv6: IPv6?

    package var dnsServers4: [IPv4Address] = []
    package var dnsServers6: [IPv6Address] = []
    package var ntpServers4: [IPv4Address] = []
    package var ntpServers6: [IPv6Address] = []

    /// The domain of the droplet itself; nil for none.
    package var domain: DomainName?
    package var searchDomains: [DomainName] = []

    /// Empty for none.
    package var hostName = ""

    /// Nil where the link's own is not told.
    package var mtu: UInt16?

    package var boot: DHCPv4.Boot?

    /// How many questions are answered in a second, and at once.
    package var rate = Self.standardRate
    package var burst = 2 * Self.standardRate

    package static let standardRate = 50

    package init(port: String, hardwareAddress: MACAddress) {
        (self.port, self.hardwareAddress) = (port, hardwareAddress)
    }

    package struct IPv4: Equatable, Sendable {
        package var address: IPv4Address
        package var prefix: IPv4Prefix
        package var gateway: IPv4Address?
        package var routes: [DHCPv4.ClasslessStaticRoutes.Route] = []
        package var anchor: IPv4Address?
        package var anchorGateway: IPv4Address?
        package var leaseTime: UInt32 = 86_400
        package var renewal: UInt32?
        package var rebinding: UInt32?

        package init(address: IPv4Address, prefix: IPv4Prefix) {
            (self.address, self.prefix) = (address, prefix)
        }

        /// What the server calls itself: the gateway, so that it is the same on each hypervisor the droplet moves to.
        ///
        /// A droplet without a gateway is told an address that no network has, so that it asks everybody in the place of one.
        package var server: IPv4Address { gateway ?? IPv4Address(169, 254, 169, 253) }
    }

    package struct IPv6: Equatable, Sendable {
        package var addresses: [Address] = []
        package var gateway: IPv6Address?
        package var delegated: [IPv6Prefix] = []
        package var preferred: UInt32 = 43_200
        package var valid: UInt32 = 86_400
        /// Nil where nothing is advertised.
        package var router: RouterConfiguration?

        package init() {}

        package struct Address: Equatable, Sendable {
            package var address: IPv6Address
            package var prefix: IPv6Prefix

            package init(_ address: IPv6Address, in prefix: IPv6Prefix) {
                (self.address, self.prefix) = (address, prefix)
            }
        }

        /// The router's link-local address: the one that was given if it is one, or fe80::1.
        package var routerAddress: IPv6Address {
            if let gateway, gateway.isLinkLocal { return gateway }
            return .hypervisorRouter
        }

        /// The addresses that are answered for.
        package var routerAddresses: Set<IPv6Address> {
            Set([.hypervisorRouter, routerAddress]).union(gateway.map { [$0] } ?? [])
        }

        /// Whether the droplet makes addresses of its own of the prefixes.
        package var isAutonomous: Bool { router?.prefixes.contains { $0.flags.contains(.autonomous) } ?? false }
    }
}

extension IPv6Address {
    /// What the hypervisor calls itself on each droplet's link.
    package static let hypervisorRouter = IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 1)

    /// The link-local address that a hardware address makes (RFC 4291, appendix A).
    package init(madeOf address: MACAddress) {
        let raw = address.rawValue ^ 0x0200_0000_0000
        self.init(rawValue: UInt128(0xFE80) << 112 | UInt128((raw >> 24) << 40 | 0xFFFE << 24 | raw & 0xFF_FFFF))
    }
}

extension DropletParameters {
    /// What nobody else on the hypervisor may have, too.
    package var addresses4: [IPv4Address] { [ipv4?.address, ipv4?.anchor].compactMap(\.self) }
    package var addresses6: [IPv6Address] { ipv6?.addresses.map(\.address) ?? [] }

    /// Prefixes that nobody else has a part of: those that are delegated, and those that the droplet makes addresses of, since
    /// it may send from all of them.
    package var prefixes6: [IPv6Prefix] {
        guard let ipv6 else { return [] }
        return ipv6.delegated + (ipv6.isAutonomous ? Array(Set(ipv6.addresses.map(\.prefix))) : [])
    }
}
