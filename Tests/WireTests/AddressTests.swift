import Testing
import Wire

@Suite("Addresses")
struct AddressTests {
    @Test(
        arguments: [
            ("00:00:5e:00:53:01", 0x0000_5E00_5301), ("ff-ff-ff-ff-ff-ff", 0xFFFF_FFFF_FFFF),
            ("0A:1b:2C:3d:4E:5f", 0x0A1B_2C3D_4E5F),
        ] as [(String, UInt64)])
    func `a MAC address is read from text`(text: String, value: UInt64) {
        let address = MACAddress(text)
        #expect(address?.rawValue == value)
        #expect(address?.description == text.lowercased().replacing("-", with: ":"))
    }

    @Test(arguments: [
        "", "00:00:5e:00:53", "00:00:5e:00:53:0", "00:00:5e:00:53:0g", "00:00-5e:00:53:01", "00:00:5e:00:53:01:",
        "0:0:5e:0:53:1", "00005e005301", "00.00.5e.00.53.01", "00:00:5e:00:53:\u{FF}",
    ])
    func `what is not a MAC address is refused`(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test func `a MAC address tells groups and local ones`() {
        #expect(MACAddress.broadcast.isMulticast)
        #expect(MACAddress(0x01, 0, 0x5E, 0, 0, 1).isMulticast)
        #expect(!MACAddress(0x02, 0, 0, 0, 0, 1).isMulticast)
        #expect(MACAddress(0x02, 0, 0, 0, 0, 1).isLocallyAdministered)
        #expect(!MACAddress(0x00, 0, 0x5E, 0, 0x53, 1).isLocallyAdministered)
        #expect(MACAddress(1, 2, 3, 4, 5, 6).octets[0] == 1 && MACAddress(1, 2, 3, 4, 5, 6).octets[5] == 6)
    }

    @Test(arguments: ["0.0.0.0", "255.255.255.255", "192.0.2.1", "10.20.30.40", "1.2.3.100"])
    func `a dotted quad is read and written`(text: String) {
        #expect(IPv4Address(text)?.description == text)
    }

    // inet_aton(3) takes most of these, and means other addresses than people do.
    @Test(arguments: [
        "", ".", "...", "1.2.3", "1.2.3.4.", ".1.2.3.4", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.04", "1.2.3.",
        "1..3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.-4", "1.2.3.+4", "1.2.3.4/24", "1", "1.2.3.4\0",
        "1.2.3.99999999999999999999",
    ])
    func `what is not a dotted quad is refused`(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    // RFC 4291, 2.2 and 2.5; RFC 5952, 4.
    @Test(arguments: [
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("FF01:0:0:0:0:0:0:101", "ff01::101"),
        ("0:0:0:0:0:0:0:1", "::1"), ("0:0:0:0:0:0:0:0", "::"), ("::", "::"), ("1::", "1::"), ("::1", "::1"),
        ("::13.1.68.3", "::d01:4403"), ("::FFFF:129.144.52.38", "::ffff:129.144.52.38"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8::0:1", "2001:db8::1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("fe80:0:0:0:0:0:0:0", "fe80::"),
        ("1:0:0:2:0:0:3:4", "1::2:0:0:3:4"),
        (
            "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
            "abcd:ef01:2345:6789:abcd:ef01:2345:6789"
        ), ("0001::0010", "1::10"),
    ])
    func `an IPv6 address is written in one form`(text: String, canonical: String) {
        #expect(IPv6Address(text)?.description == canonical)
        #expect(IPv6Address(canonical) == IPv6Address(text))
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "12345::", "g::", "::1 ", "fe80::1%eth0", "::/0", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8",
        "1:", ":1", "::1:", "1.2.3.4", "::1.2.3", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::01.2.3.4",
        "[::1]", "1:2:3:4:5:6::1.2.3.4",
    ])
    func `what is not an IPv6 address is refused`(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func `addresses know their kinds`() {
        #expect(IPv4Address(224, 0, 0, 1).isMulticast && !IPv4Address(223, 255, 255, 255).isMulticast)
        #expect(IPv4Address(172, 31, 0, 1).isPrivate && !IPv4Address(172, 32, 0, 1).isPrivate)
        #expect(IPv4Address(169, 254, 1, 1).isLinkLocal && !IPv4Address(169, 253, 1, 1).isLinkLocal)
        #expect(IPv4Address.loopback.isLoopback && IPv4Address.any.isUnspecified)
        #expect(IPv6Address("febf::1")?.isLinkLocal == true && IPv6Address("fec0::1")?.isLinkLocal == false)
        #expect(IPv6Address("fdff::1")?.isUniqueLocal == true && IPv6Address("fe00::1")?.isUniqueLocal == false)
        #expect(IPv6Address.allNodes.isMulticast && IPv6Address.loopback.isLoopback)
        #expect(IPv6Address(mapping: .loopback).mappedIPv4 == .loopback && IPv6Address.loopback.mappedIPv4 == nil)
        #expect(IPv6Address("2001:db8::ab:cdef:1234")?.solicitedNode == IPv6Address("ff02::1:ffef:1234"))
        #expect(IPv4Address(1, 2, 3, 4).octets[3] == 4 && IPv6Address.loopback.octets[15] == 1)
        #expect(IPv4Address(1, 2, 3, 4) < IPv4Address(1, 2, 4, 0) && IPv6Address.any < IPv6Address.loopback)
    }

    @Test func `a prefix holds its addresses`() throws {
        let network = try #require(IPv4Prefix("192.0.2.128/25"))
        #expect(network.contains(IPv4Address(192, 0, 2, 255)) && !network.contains(IPv4Address(192, 0, 2, 127)))
        #expect(network.last == IPv4Address(192, 0, 2, 255) && network.broadcast == network.last)
        #expect(network.mask == IPv4Address(255, 255, 255, 128))
        #expect(IPv4Prefix("0.0.0.0/0")?.contains(network) == true && !network.contains(IPv4Prefix("0.0.0.0/0")!))
        #expect(IPv4Prefix("192.0.2.2/31")?.broadcast == nil)
        #expect(IPv4Prefix(containing: IPv4Address(10, 1, 2, 3), length: 8).description == "10.0.0.0/8")
        #expect(IPv4Prefix(containing: .loopback, mask: IPv4Address(255, 255, 0, 0))?.length == 16)
        #expect(IPv4Prefix(containing: .loopback, mask: IPv4Address(255, 0, 255, 0)) == nil)
        let six = try #require(IPv6Prefix("2001:db8::/33"))
        #expect(six.contains(IPv6Address("2001:db8:7fff::1")!) && !six.contains(IPv6Address("2001:db8:8000::")!))
        #expect(six.description == "2001:db8::/33")
        #expect(IPv6Prefix("::/0")?.last.rawValue == .max)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.1/8", "10.0.0.0/-1", "10.0.0.0/8/8",
        "10.0.0.0/8 ", "2001:db8::/129", "2001:db8::1/64", "::/00",
    ])
    func `what is not a prefix is refused`(text: String) {
        #expect(IPv4Prefix(text) == nil)
        #expect(IPv6Prefix(text) == nil)
    }

    @Test func `a port is a number to 65535`() {
        #expect(Port("0") == 0 && Port("65535")?.rawValue == 65535 && Port("443")?.description == "443")
        for text in ["", "65536", "080", "-1", "+1", " 1", "1 "] { #expect(Port(text) == nil) }
    }

    @Test func `addresses read off the front, and leave the rest`() throws {
        let octets: [UInt8] =
            [0, 0, 0x5E, 0, 0x53, 1, 192, 0, 2, 1] + [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [9]
        var rest = octets.span.octets
        #expect(try MACAddress(reading: &rest) == MACAddress("00:00:5e:00:53:01"))
        #expect(try IPv4Address(reading: &rest) == IPv4Address("192.0.2.1"))
        #expect(try IPv6Address(reading: &rest) == IPv6Address("2001:db8::9"))
        #expect(rest.byteCount == 0)
        var cut = octets.span.octets.extracting(first: 3)
        #expect(throws: WireError.truncated(.ipv4Address, needed: 4, available: 3)) {
            _ = try IPv4Address(reading: &cut)
        }
        let written = [UInt8](capacity: 26) { output in
            MACAddress("00:00:5e:00:53:01")!.write(to: &output)
            IPv4Address("192.0.2.1")!.write(to: &output)
            IPv6Address("2001:db8::9")!.write(to: &output)
        }
        #expect(written == octets)
    }
}
