import DHCP
import Hypervisor
import ServiceAPI
import SwiftProtobuf
import Testing
import Wire

@Suite("Address conduct")
struct AddressConductTests {
    let droplet = DropletClient()

    @Test func `a droplet is told exactly its parameters of IPv4, by the gateway, on its own tag`() throws {
        var site = DropletSite()
        try site.set()
        let sent = site.receive(droplet.dhcpv4(.discover))
        let offer = try #require(sent.first)
        #expect(sent.count == 1 && offer.tag == 17 && offer.type4 == .offer)
        let ethernet = try #require(offer.ethernet)
        #expect(ethernet.source == DropletSite.gateway && ethernet.destination == droplet.hardware)
        #expect(ethernet.outerTag?.identifier == 17)
        let message = try #require(offer.message4)
        #expect(message.header.yourAddress == IPv4Address(192, 0, 2, 10))
        #expect(try message.options.read(DHCPv4.ServerIdentifier.self)?.address == IPv4Address(192, 0, 2, 1))
        #expect(try message.options.read(DHCPv4.LeaseTime.self)?.time.rawValue == 3600)
        #expect(try message.options.read(DHCPv4.Routers.self)?.addresses == [IPv4Address(192, 0, 2, 1)])
        #expect(try message.options.read(DHCPv4.SubnetMask.self)?.address == IPv4Address(255, 255, 255, 0))
        #expect(try message.options.read(DHCPv4.DomainNameServers.self)?.addresses == [IPv4Address(192, 0, 2, 53)])
        #expect(try message.options.read(DHCPv4.NetworkTimeServers.self)?.addresses == [IPv4Address(192, 0, 2, 123)])
        #expect(try message.options.read(DHCPv4.InterfaceMTU.self)?.octets == 1450)
        #expect(try message.options.read(DHCPv4.HostName.self)?.text == "web-1")
        #expect(try message.options.read(DHCPv4.DomainNameOption.self)?.text == "example.org")
        #expect(message.options[.classlessStaticRoutes] == nil)
    }

    @Test func `a request is acknowledged without anything remembered of an offer`() throws {
        var site = DropletSite()
        try site.set()
        // As after a restart, and as a machine that renews from what another daemon told it.
        for source in [IPv4Address.any, IPv4Address(192, 0, 2, 10)] {
            let sent = site.receive(
                droplet.dhcpv4(
                    .request, from: source, to: source.isUnspecified ? .broadcast : IPv4Address(192, 0, 2, 1)
                ) {
                    guard source.isUnspecified else { return }
                    $0.options.set(DHCPv4.RequestedAddress(IPv4Address(192, 0, 2, 10)))
                })
            #expect(sent.first?.type4 == .acknowledge, "\(site.conduct.tally.named)")
            #expect(sent.first?.message4?.header.yourAddress == IPv4Address(192, 0, 2, 10))
        }
    }

    @Test func `who asks for another address is refused`() throws {
        var site = DropletSite()
        try site.set()
        for address in [IPv4Address(192, 0, 2, 99), IPv4Address(10, 0, 0, 1)] {
            let sent = site.receive(
                droplet.dhcpv4(.request) { $0.options.set(DHCPv4.RequestedAddress(address)) })
            #expect(sent.first?.type4 == .refuse && sent.first?.tag == 17)
        }
    }

    @Test func `a machine that comes under another identifier is the same droplet`() throws {
        var site = DropletSite()
        try site.set()
        for identifier: [UInt8] in [[1, 2, 3, 4, 5, 6, 7], Array(repeating: 0xFF, count: 20)] {
            let sent = site.receive(
                droplet.dhcpv4(.discover) {
                    $0.options.set(DHCPv4.RawOption(code: .clientIdentifier, value: identifier))
                })
            #expect(sent.first?.message4?.header.yourAddress == IPv4Address(192, 0, 2, 10))
        }
        // Nor does it lose its address by saying that somebody else has it.
        _ = site.receive(
            droplet.dhcpv4(.decline) { $0.options.set(DHCPv4.RequestedAddress(IPv4Address(192, 0, 2, 10))) })
        #expect(site.receive(droplet.dhcpv4(.discover)).first?.type4 == .offer)
    }

    @Test func `a gateway outside of the prefix is reached by routes`() throws {
        var site = DropletSite()
        try site.set {
            $0.ipv4.address = "203.0.113.7/32"
            $0.ipv4.gateway = "169.254.1.1"
            $0.ipv4.routes = [
                .with {
                    $0.destination = "10.0.0.0/8"; $0.gateway = "169.254.1.1"
                }
            ]
        }
        let message = try #require(site.receive(droplet.dhcpv4(.discover)).first?.message4)
        let gateway = IPv4Address(169, 254, 1, 1)
        let routes = try message.options.read(DHCPv4.ClasslessStaticRoutes.self)?.routes.map {
            "\($0.destination) \($0.router)"
        }
        #expect(routes == ["\(gateway)/32 0.0.0.0", "10.0.0.0/8 \(gateway)", "0.0.0.0/0 \(gateway)"])
    }

    @Test func `addresses and prefixes of IPv6 are the droplet's own`() throws {
        var site = DropletSite()
        try site.set { $0.ipv6.addresses.append("2001:db8::12/64") }
        let sent = site.receive(droplet.dhcpv6(.solicit, addresses: [1, 2], prefixes: [3]))
        let advertise = try #require(sent.first?.message6)
        #expect(sent.first?.tag == 17 && advertise.type == .advertise)
        let addresses = try advertise.options.readAll(DHCPv6.IdentityAssociation.self).flatMap { association in
            try association.options.readAll(DHCPv6.IdentityAssociationAddress.self).map { "\($0.address)" }
        }
        #expect(addresses == ["2001:db8::11", "2001:db8::12"])
        let prefixes = try advertise.options.readAll(DHCPv6.PrefixDelegation.self).flatMap { association in
            try association.options.readAll(DHCPv6.IdentityAssociationPrefix.self).map { "\($0.prefix)" }
        }
        #expect(prefixes == ["2001:db8:100::/56"])
        #expect(try advertise.options.read(DHCPv6.DNSServers.self)?.addresses.map(\.description) == ["2001:db8::53"])
        // A Renew of what another run of the daemon lent.
        let server = HypervisorIdentity(hardwareAddress: DropletSite.gateway).serverIdentifier
        let renewed = site.receive(droplet.dhcpv6(.renew, addresses: [1], server: server)).first?.message6
        let again = try renewed?.options.readAll(DHCPv6.IdentityAssociation.self).flatMap { association in
            try association.options.readAll(DHCPv6.IdentityAssociationAddress.self).map { "\($0.address)" }
        }
        #expect(renewed?.type == .reply && again == ["2001:db8::11"])
    }

    @Test func `a router is advertised at once, when asked, and from time to time`() throws {
        var site = DropletSite()
        try site.set { $0.ipv6.routerAdvertisement.intervalSeconds = 60 }
        let first = site.pass(.zero)
        #expect(first.count == 1 && first[0].tag == 17)
        let packet = try #require(first[0].neighbor)
        guard case .routerAdvertisement(let message) = packet.message else {
            Issue.record("an advertisement")
            return
        }
        #expect(packet.source == .hypervisorRouter && packet.hardwareSource == DropletSite.gateway)
        #expect(message.flags == [.managed, .otherConfiguration] && message.routerLifetime == 1800)
        _ = site.pass(.seconds(200))
        #expect(site.receive(droplet.routerSolicitation()).isEmpty)
        let answer = site.pass(.milliseconds(501))
        #expect(answer.count == 1 && answer[0].neighbor?.destination == droplet.linkLocal)
        #expect(site.count("taken.RS") == 1)
        // Three quick ones, then between 20 and 60 seconds.
        let later = site.pass(.seconds(600)).count
        #expect((8...40).contains(later), "\(later)")
    }

    @Test func `the gateway's addresses are answered for, and nobody else's`() throws {
        var site = DropletSite()
        try site.set { $0.ipv6.gateway = "2001:db8::1" }
        for target in [IPv6Address.hypervisorRouter, IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1)] {
            let answer = try #require(site.receive(droplet.neighborSolicitation(for: target)).first?.neighbor)
            guard case .neighborAdvertisement(let message) = answer.message else {
                Issue.record("an advertisement")
                return
            }
            #expect(message.target == target && message.flags.contains(.router))
            #expect(try message.options.read(NDP.TargetLinkLayerAddress.self)?.macAddress == DropletSite.gateway)
        }
        #expect(site.receive(droplet.neighborSolicitation(for: IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 9))).isEmpty)
        #expect(site.count("dropped.ND.not-ours") == 1)
    }

    @Test func `two droplets of the same addresses elsewhere do not hear of each other`() throws {
        var site = DropletSite()
        try site.set()
        try site.set(tag: 18) {
            $0.port = "tap18"
            $0.mac = "02:00:00:00:01:12"
            $0.ipv4.address = "192.0.2.11/24"
        }
        let other = DropletClient(hardware: MACAddress(0x02, 0, 0, 0, 0x01, 0x12))
        let sent = site.receive(other.dhcpv4(.discover), tag: 18)
        #expect(sent.map(\.tag) == [18] && sent[0].message4?.header.yourAddress == IPv4Address(192, 0, 2, 11))
        // By the other's port, its address is not believed.
        #expect(site.receive(other.dhcpv4(.discover), tag: 17).isEmpty)
        #expect(site.count("dropped.frame.hardware-source") == 1)
    }

    @Test func `other parameters are served from the next question on`() throws {
        var site = DropletSite()
        try site.set()
        try site.set { $0.ipv4.address = "192.0.2.77/24" }
        #expect(
            site.receive(droplet.dhcpv4(.discover)).first?.message4?.header.yourAddress == IPv4Address(192, 0, 2, 77))
        site.conduct.remove(tag: 17)
        #expect(site.receive(droplet.dhcpv4(.discover)).isEmpty && site.pass(.seconds(3600)).isEmpty)
        #expect(site.count("dropped.frame.unknown-tag") == 1)
        // What it was told is counted still.
        #expect(site.count("answered.DISCOVER.OFFER") == 1)
    }
}
