import DHCP
import Hypervisor
import ServiceAPI
import SwiftProtobuf
import Testing
import Wire

@Suite("Droplet parameters")
struct DropletParametersTests {
    typealias Change = @Sendable (inout Apus_Hvaddr_V1_Parameters) -> Void

    struct Mistake: Sendable, CustomTestStringConvertible {
        let field: String
        let change: Change
        var testDescription: String { field }

        init(_ field: String, _ change: @escaping Change) { (self.field, self.change) = (field, change) }
    }

    static let mistakes: [Mistake] = [
        Mistake("port") { $0.port = "" },
        Mistake("port") { $0.port = "tap17,actions=normal" },
        Mistake("port") { $0.port = "17" },
        Mistake("port") { $0.port = "LOCAL" },
        Mistake("mac") { $0.mac = "01:00:5e:00:00:01" },
        Mistake("mac") { $0.mac = "02:00:00:00:01" },
        Mistake("ipv4.address") { $0.ipv4.address = "192.0.2.10" },
        Mistake("ipv4.address") { $0.ipv4.address = "192.0.2.255/24" },
        Mistake("ipv4.address") { $0.ipv4.address = "224.0.0.1/24" },
        Mistake("ipv4.address") { $0.ipv4.address = "192.0.2.10/33" },
        Mistake("ipv4.gateway") { $0.ipv4.gateway = "192.0.2.10" },
        Mistake("ipv4.routes[1].destination") {
            $0.ipv4.routes = [
                .with {
                    $0.destination = "10.0.0.0/8"; $0.gateway = "192.0.2.1"
                },
                .with {
                    $0.destination = "10.0.0.1/8"; $0.gateway = "192.0.2.1"
                },
            ]
        },
        Mistake("ipv4.routes[0].gateway") { $0.ipv4.routes = [.with { $0.destination = "10.0.0.0/8" }] },
        Mistake("ipv4.anchor_gateway") { $0.ipv4.anchorGateway = "10.17.0.1" },
        Mistake("ipv4.lease_seconds") { $0.ipv4.leaseSeconds = 59 },
        Mistake("ipv4.rebinding_seconds") { $0.ipv4.rebindingSeconds = 3600 },
        Mistake("ipv4.renewal_seconds") { $0.ipv4.renewalSeconds = 3500 },
        Mistake("ipv6.addresses[0]") { $0.ipv6.addresses = ["fe80::11/64"] },
        Mistake("ipv6.addresses[1]") { $0.ipv6.addresses.append("2001:db8::11/64") },
        Mistake("ipv6.addresses") {
            $0.ipv6.addresses = []; $0.ipv6.delegatedPrefixes = []
        },
        Mistake("ipv6.gateway") { $0.ipv6.gateway = "2001:db8::11" },
        Mistake("ipv6.delegated_prefixes[0]") { $0.ipv6.delegatedPrefixes = ["2001:db8::/56"] },
        Mistake("ipv6.delegated_prefixes[0]") { $0.ipv6.delegatedPrefixes = ["2001:db8:1::1/56"] },
        Mistake("ipv6.preferred_seconds") { $0.ipv6.preferredSeconds = 90_000 },
        Mistake("ipv6.router_advertisement.interval_seconds") { $0.ipv6.routerAdvertisement.intervalSeconds = 3 },
        Mistake("ipv6.router_advertisement.router_lifetime_seconds") {
            $0.ipv6.routerAdvertisement.routerLifetimeSeconds = 10
        },
        Mistake("ipv6.router_advertisement.autonomous") {
            $0.ipv6.addresses = ["2001:db8::11/80"]
            $0.ipv6.routerAdvertisement.autonomous = true
        },
        Mistake("dns_servers[1]") { $0.dnsServers[1] = "dns.example" },
        Mistake("dns_servers") { $0.dnsServers = Array(repeating: "192.0.2.53", count: 17) },
        Mistake("domain_search[0]") { $0.domainSearch = ["-bad.example"] },
        Mistake("hostname") { $0.hostname = "web 1" },
        Mistake("mtu") { $0.mtu = 1000 },
        Mistake("mtu") { $0.mtu = 70_000 },
        Mistake("boot.server") { $0.boot.server = "boot" },
        Mistake("boot.file") { $0.boot.file = String(repeating: "a", count: 128) },
        Mistake("limits.per_second") { $0.limits.perSecond = 1_000_000 },
    ]

    @Test(arguments: mistakes)
    func `a parameter that cannot be served is named`(_ mistake: Mistake) {
        do throws(ParameterError) {
            _ = try DropletParameters(reading: DropletSite.message(mistake.change))
            Issue.record("it is refused")
        } catch {
            #expect(error.field == mistake.field, "\(error)")
            #expect(!error.reason.isEmpty && !error.reason.hasSuffix("."))
        }
    }

    @Test func `what is not said has its default`() throws {
        let parameters = try DropletParameters(
            reading: .with {
                $0.port = "tap1"
                $0.mac = "02:00:00:00:01:01"
                $0.ipv4.address = "192.0.2.10/24"
                $0.ipv6.addresses = ["2001:db8::11/64"]
            })
        #expect(parameters.ipv4?.leaseTime == 86_400 && parameters.rate == 50 && parameters.burst == 100)
        #expect(parameters.ipv6?.valid == 86_400 && parameters.ipv6?.preferred == 43_200)
        #expect(parameters.ipv6?.router?.isManaged == true && parameters.ipv6?.router?.lifetime == 1800)
        #expect(parameters.ipv6?.routerAddress == .hypervisorRouter && parameters.mtu == nil)
    }
}
