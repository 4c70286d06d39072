import DHCP
import DHCPServer
import Testing
import Wire

@Suite("Which leases are meant")
struct LeaseMatchTests {
    @Test(arguments: ["192.0.2.7", "2001:db8::7", "2001:db8:100::/56"])
    func `an address or prefix reads as itself`(text: String) {
        guard case .address(let address) = LeaseMatch(text) else {
            Issue.record("\(text) is no address")
            return
        }
        #expect("\(address)" == text)
    }

    @Test func `a client reads as it is shown, of whatever kind and length`() throws {
        #expect(LeaseMatch("02:00:5e:10:00:01") == .hardwareAddress(MACAddress(0x02, 0, 0x5E, 0x10, 0, 1)))
        let hardware = DHCPv4.HardwareAddress(MACAddress(0x02, 0, 0x5E, 0x10, 0, 1))
        let duid = try #require(DUID(octets: [0, 3, 0, 1, 2, 0, 0x5E, 0x10, 0, 1]))
        var clients = [
            try #require(ClientIdentity(hardware)), ClientIdentity(identityAssociation: 0xFFFF_0001, duid: duid),
        ]
        for count in [1, 2, 30, 31, 255] {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            let client = ClientIdentity(.clientIdentifier, octets.span.octets)
            clients.append(try #require(client))
        }
        for client in clients { #expect(LeaseMatch("\(client)") == .client(client), "\(client)") }
    }

    @Test(arguments: [
        "", "somebody", "id:", "id:0", "id:xy", "ip:00", "hw", "192.0.2", "2001:db8::/129", "02:00:5e:10:00",
    ])
    func `what is none of them is refused`(text: String) {
        #expect(LeaseMatch(text) == nil)
    }
}
