import DHCP
import Testing
import Wire

@Suite("Router configuration")
struct RouterConfigurationTests {
    /// Everything that can be advertised.
    static var full: RouterConfiguration {
        var full = RouterSite.configuration
        full.isManaged = true
        full.hasOtherConfiguration = true
        full.preference = .high
        full.mtu = 1400
        full.routes = [.init(IPv6Prefix(containing: IPv6Address(0xFD00, 0, 0, 0, 0, 0, 0, 0), length: 8))]
        full.dnsServers = [RouterSite.routerAddress]
        full.dnsSearchList = [DomainName("example.com"), DomainName("example.net")].compactMap(\.self)
        full.nat64Prefix = IPv6Prefix(containing: IPv6Address(0x64, 0xFF9B, 0, 0, 0, 0, 0, 0), length: 96)
        full.captivePortal = "https://portal.example/api"
        return full
    }

    static func advertisements(_ site: inout RouterSite, at now: Duration = .zero) -> [NDP.RouterAdvertisement] {
        site.tick(at: now).compactMap(\.advertisement)
    }

    @Test func `everything that is configured is advertised`() throws {
        var site = RouterSite(Self.full)
        let message = try #require(Self.advertisements(&site).first)
        #expect(message.flags.contains([.managed, .otherConfiguration]) && message.preference == .high)
        #expect(message.routerLifetime == 1800 && message.currentHopLimit == 64)
        #expect(try message.options.read(NDP.SourceLinkLayerAddress.self)?.macAddress == RouterSite.router)
        #expect(try message.options.read(NDP.MTU.self)?.octets == 1400)
        let prefix = try #require(try message.options.read(NDP.PrefixInformation.self))
        #expect(prefix.prefix == RouterSite.prefix && prefix.flags == [.onLink, .autonomous])
        #expect(prefix.valid == .seconds(5400) && prefix.preferred == .seconds(2700))
        #expect(try message.options.read(NDP.RouteInformation.self)?.lifetime == .seconds(1800))
        #expect(try message.options.read(NDP.RecursiveDNSServers.self)?.addresses == [RouterSite.routerAddress])
        #expect(try message.options.read(NDP.DNSSearchList.self)?.domains == Self.full.dnsSearchList)
        #expect(try message.options.read(NDP.NAT64Prefix.self)?.seconds == 1800)
        #expect(try message.options.read(NDP.CaptivePortal.self)?.text == "https://portal.example/api")
    }

    @Test func `what does not fit into one packet is advertised in several, and nothing is lost`() throws {
        var large = Self.full
        large.prefixes = (0..<64).map {
            .init(IPv6Prefix(containing: IPv6Address(0x2001, 0xDB8, 0, $0, 0, 0, 0, 0), length: 64))
        }
        large.dnsServers = (0..<64).map { IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, $0) }
        large.dnsSearchList = (0..<64).compactMap { DomainName("a-long-name-that-takes-room-\($0).example") }
        large.captivePortal = String(repeating: "x", count: RouterConfiguration.uriLimit)
        #expect(large.problem == nil)
        var site = RouterSite(large)
        let packets = site.tick(at: .zero)
        #expect(packets.count > 2 && packets.allSatisfy { $0.size <= 1280 + EthernetHeader.minimumSize })
        let messages = packets.compactMap(\.advertisement)
        #expect(messages.allSatisfy { $0.routerLifetime == 1800 })
        let prefixes = try messages.flatMap { try $0.options.readAll(NDP.PrefixInformation.self) }
        #expect(prefixes.map(\.prefix) == large.prefixes.map(\.prefix))
        let domains = try messages.flatMap { try $0.options.readAll(NDP.DNSSearchList.self) }.flatMap(\.domains)
        #expect(domains == large.dnsSearchList)
        let servers = try messages.flatMap { try $0.options.readAll(NDP.RecursiveDNSServers.self) }
        #expect(servers.flatMap(\.addresses) == large.dnsServers)
    }

    @Test func `what is withdrawn is taken back, and a prefix stays valid for what is left of its time`() throws {
        var site = RouterSite(Self.full)
        _ = site.tick(at: .zero)
        site.link.advertiser?.reconfigure(RouterConfiguration(), at: .seconds(1000))
        let message = try #require(Self.advertisements(&site, at: .seconds(1000)).first)
        let prefix = try #require(try message.options.read(NDP.PrefixInformation.self))
        #expect(prefix.prefix == RouterSite.prefix && prefix.preferred == .zero && prefix.valid == .seconds(4400))
        #expect(try message.options.read(NDP.RecursiveDNSServers.self)?.lifetime == .zero)
        #expect(try message.options.readAll(NDP.DNSSearchList.self).map(\.lifetime) == [.zero, .zero])
        #expect(try message.options.read(NDP.RouteInformation.self)?.lifetime == .zero)
        #expect(try message.options.read(NDP.NAT64Prefix.self)?.seconds == 0)
        // When hosts have forgotten, it is not spoken of any more.
        let later = try #require(Self.advertisements(&site, at: .seconds(5401)).first)
        #expect(later.options.raw.map(\.type) == [.sourceLinkLayerAddress])
    }

    @Test func `a prefix for ever is taken back within two hours`() throws {
        var endless = RouterSite.configuration
        endless.prefixes[0].valid = .infinite
        endless.prefixes[0].preferred = .infinite
        var site = RouterSite(endless)
        _ = site.tick(at: .zero)
        site.link.advertiser?.reconfigure(RouterConfiguration(), at: .seconds(1000))
        let message = try #require(Self.advertisements(&site, at: .seconds(1000)).first)
        #expect(try message.options.read(NDP.PrefixInformation.self)?.valid == .seconds(7200))
    }

    @Test func `what was advertised before a restart, and is not now, is taken back`() throws {
        var site = RouterSite(RouterSite.configuration)
        _ = site.tick(at: .zero)
        let memory = try #require(site.link.advertiser?.memory(at: .seconds(400)))
        #expect(memory.map(\.remaining) == [.seconds(5000)])
        var after = RouterSite(RouterConfiguration(), remembered: memory)
        let message = try #require(Self.advertisements(&after).first)
        let prefix = try #require(try message.options.read(NDP.PrefixInformation.self))
        #expect(prefix.preferred == .zero && prefix.valid == .seconds(5000))
    }

    @Test func `each rule that a configuration breaks is named`() throws {
        func problem(_ change: (inout RouterConfiguration) -> Void) -> RouterConfiguration.Problem? {
            var configuration = Self.full
            change(&configuration)
            return configuration.problem
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.maximumInterval = .seconds(3) } == .maximumInterval)
        #expect(problem { $0.minimumInterval = .seconds(451) } == .minimumInterval)
        #expect(problem { $0.lifetime = 599 } == .lifetime)
        #expect(problem { $0.reachableTime = 3_600_001 } == .reachableTime)
        #expect(problem { $0.mtu = 1279 } == .mtu)
        #expect(problem { $0.farewells = 4 } == .farewells)
        #expect(problem { $0.prefixes[0].preferred = .infinite } == .preferredLifetime(RouterSite.prefix))
        let local = IPv6Prefix(containing: RouterSite.routerAddress, length: 64)
        #expect(problem { $0.prefixes[0].prefix = local } == .prefix(local))
        let short = IPv6Prefix(containing: RouterSite.prefix.address, length: 56)
        #expect(problem { $0.prefixes[0].prefix = short } == .autonomousLength(short))
        #expect(problem { $0.prefixes.append($0.prefixes[0]) } == .duplicate(RouterSite.prefix))
        #expect(problem { $0.dnsServers = Array(repeating: .any, count: 65) } == .tooMany)
        #expect(problem { $0.nat64Prefix = RouterSite.prefix } == nil)
        #expect(problem { $0.nat64Prefix = IPv6Prefix(containing: .any, length: 1) } == .nat64Length)
        #expect(problem { $0.captivePortal = "" } == .captivePortal)
        #expect(problem { $0.dnsSearchList = [.root] } == .domain)
    }
}
