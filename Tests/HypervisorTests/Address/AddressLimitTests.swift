import DHCP
import Hypervisor
import ServiceAPI
import Testing
import Wire

/// What hvaddrd gives at most, and takes at most.
@Suite("Limits of the address service")
struct AddressLimitTests {
    private func addresses(_ message: DHCPv6.Message?) throws -> [[String]] {
        try message?.options.readAll(DHCPv6.IdentityAssociation.self).map { association in
            try association.options.readAll(DHCPv6.IdentityAssociationAddress.self).map { "\($0.address)" }
        } ?? []
    }

    @Test func `an association gets one address, and one for which there is none gets none`() throws {
        var site = DropletSite()
        try site.set { $0.ipv6.addresses = ["2001:db8::11/64", "2001:db8::12/64", "2001:db8::13/64"] }
        let droplet = DropletClient()
        // One association: the first address, though the droplet has three.
        #expect(
            try addresses(site.receive(droplet.dhcpv6(.solicit, addresses: [1])).first?.message6) == [["2001:db8::11"]])
        // As many as addresses: one each. One more: it goes without.
        let three = try addresses(site.receive(droplet.dhcpv6(.solicit, addresses: [1, 2, 3])).first?.message6)
        #expect(three == [["2001:db8::11"], ["2001:db8::12"], ["2001:db8::13"]])
        let four = try addresses(site.receive(droplet.dhcpv6(.solicit, addresses: [1, 2, 3, 4])).first?.message6)
        #expect(four.filter { !$0.isEmpty } == three && four.flatMap(\.self).count == 3, "\(four)")
    }

    @Test(arguments: [
        "dns_servers", "domain_search", "ntp_servers", "ipv4.routes", "ipv6.addresses", "ipv6.delegated_prefixes",
    ])
    func `a list has sixteen entries, and not one more`(_ field: String) throws {
        func message(_ count: Int) -> Apus_Hvaddr_V1_Parameters {
            DropletSite.message { message in
                let numbers = 1...count
                switch field {
                case "dns_servers": message.dnsServers = numbers.map { "192.0.2.\($0)" }
                case "domain_search": message.domainSearch = numbers.map { "a\($0).test" }
                case "ntp_servers": message.ntpServers = numbers.map { "192.0.2.\($0)" }
                case "ipv4.routes":
                    message.ipv4.routes = numbers.map { number in
                        var route = Apus_Hvaddr_V1_Route()
                        (route.destination, route.gateway) = ("198.51.\(number).0/24", "192.0.2.1")
                        return route
                    }
                case "ipv6.addresses": message.ipv6.addresses = numbers.map { "2001:db8::\($0)/64" }
                default: message.ipv6.delegatedPrefixes = numbers.map { "2001:db8:\($0)00::/56" }
                }
            }
        }
        _ = try DropletParameters(reading: message(DropletParameters.listLimit))
        let error = #expect(throws: ParameterError.self) {
            try DropletParameters(reading: message(DropletParameters.listLimit + 1))
        }
        #expect(error?.field == field)
    }
}
