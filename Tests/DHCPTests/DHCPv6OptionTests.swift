import DHCP
import Testing
import Wire

/// An option, its value on the wire, and the lengths to which the value can be cut and still be one.
struct DHCPv6Sample: Sendable, CustomTestStringConvertible {
    let value: [UInt8]
    let option: any DHCPv6.Option
    let cuts: [Int]

    init(_ hexadecimal: String, _ option: any DHCPv6.Option, cuts: [Int] = []) {
        (value, self.option, self.cuts) = (octets(hexadecimal), option, cuts)
    }

    /// A value that is octets.
    init(_ option: any DHCPv6.OctetsOption) {
        (value, self.option, cuts) = (option.octets, option, Array(1..<option.octets.count))
    }

    var testDescription: String { "\(type(of: option))" }

    /// 2001:db8:: with a last group.
    static func address(_ last: UInt16) -> IPv6Address { IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, last) }

    static func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

    static let duid = DUID(.linkLayerTime(hardwareType: 1, time: 0x2A00_0001, address: [0, 0, 0x5E, 0, 0x53, 1]))

    static let status: DHCPv6.Options = {
        var options = DHCPv6.Options()
        options.append(DHCPv6.StatusCode(.success))
        return options
    }()

    static let all: [DHCPv6Sample] = [
        DHCPv6Sample(
            "00 01 00 01 2a 00 00 01 00 00 5e 00 53 01",
            duid.map { DHCPv6.ClientIdentifier($0) } ?? DHCPv6.RapidCommit(), cuts: Array(3..<14)),
        DHCPv6Sample(
            "00 01 00 01 2a 00 00 01 00 00 5e 00 53 01",
            duid.map { DHCPv6.ServerIdentifier($0) } ?? DHCPv6.RapidCommit(), cuts: Array(3..<14)),
        DHCPv6Sample(
            "00 00 00 07 00 00 07 08 00 00 0b 40 00 0d 00 02 00 00",
            DHCPv6.IdentityAssociation(
                identifier: 7, renewal: .seconds(1800), rebinding: .seconds(2880), options: status),
            cuts: [12]),
        DHCPv6Sample(
            "00 00 00 08 00 0d 00 02 00 00", DHCPv6.TemporaryAddresses(identifier: 8, options: status), cuts: [4]),
        DHCPv6Sample(
            "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09 00 00 0e 10 ff ff ff ff 00 0d 00 02 00 00",
            DHCPv6.IdentityAssociationAddress(
                address(9), preferred: .seconds(3600), valid: .infinite, options: status),
            cuts: [24]),
        DHCPv6Sample(
            "00 00 00 07 00 00 07 08 00 00 0b 40 00 0d 00 02 00 00",
            DHCPv6.PrefixDelegation(identifier: 7, renewal: .seconds(1800), rebinding: .seconds(2880), options: status),
            cuts: [12]),
        DHCPv6Sample(
            "00 00 0e 10 00 00 1c 20 38 20 01 0d b8 00 01 02 00 00 00 00 00 00 00 00 00 00 0d 00 02 00 00",
            DHCPv6.IdentityAssociationPrefix(
                IPv6Prefix(containing: IPv6Address(0x2001, 0xDB8, 1, 0x200, 0, 0, 0, 0), length: 56),
                preferred: .seconds(3600), valid: .seconds(7200), options: status), cuts: [25]),
        DHCPv6Sample(
            "00 17 00 18 00 52", DHCPv6.OptionRequest([.dnsServers, .domainList, .solicitMaximumRetransmission]),
            cuts: [0, 2, 4]),
        DHCPv6Sample("ff", DHCPv6.Preference(255)),
        DHCPv6Sample("00 64", DHCPv6.ElapsedTime(hundredths: 100)),
        DHCPv6Sample(DHCPv6.RelayedMessage(octets: [1, 2, 3, 4])),
        DHCPv6Sample(
            "03 01 00 00 00 00 00 00 00 00 07 01 aa bb",
            DHCPv6.Authentication(
                DHCPAuthentication(protocolNumber: 3, algorithm: 1, replayDetection: 7, information: [1, 0xAA, 0xBB])),
            cuts: [11, 12, 13]),
        DHCPv6Sample("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01", DHCPv6.ServerUnicast(address(1))),
        DHCPv6Sample(
            "00 02 6e 6f 6e 65", DHCPv6.StatusCode(.noAddressesAvailable, message: "none"), cuts: [2, 3, 4, 5]),
        DHCPv6Sample("", DHCPv6.RapidCommit()),
        DHCPv6Sample("00 04 74 65 73 74 00 00", DHCPv6.UserClass([Array("test".utf8), []]), cuts: [6]),
        DHCPv6Sample(
            "00 00 7e d9 00 04 74 65 73 74 00 01 78",
            DHCPv6.VendorClass(enterprise: 32473, classes: [Array("test".utf8), [0x78]]), cuts: [10]),
        DHCPv6Sample(
            "00 00 7e d9 00 01 00 02 ab cd",
            DHCPv6.VendorInformation(
                enterprise: 32473,
                options: {
                    var options = DHCPv6.Options()
                    options.append(DHCPv6.RawOption(code: .init(rawValue: 1), value: [0xAB, 0xCD]))
                    return options
                }()), cuts: [4]),
        DHCPv6Sample(DHCPv6.InterfaceIdentifier("port7")),
        DHCPv6Sample("05", DHCPv6.ReconfigureMessage(.renew)),
        DHCPv6Sample("", DHCPv6.ReconfigureAccept()),
        DHCPv6Sample("03 73 69 70 00", DHCPv6.SIPServerNames([name("sip")])),
        DHCPv6Sample(
            "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 16", DHCPv6.SIPServerAddresses([address(0x16)])),
        DHCPv6Sample(
            "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 35 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 36",
            DHCPv6.DNSServers([address(0x35), address(0x36)]), cuts: [16]),
        DHCPv6Sample(
            "07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 01 61 00", DHCPv6.DomainList([name("example.com"), name("a")]),
            cuts: [13]),
        DHCPv6Sample("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 7b", DHCPv6.SNTPServers([address(0x7B)])),
        DHCPv6Sample("00 01 51 80", DHCPv6.InformationRefreshTime(.seconds(86400))),
        DHCPv6Sample("00 00 7e d9 01 02", DHCPv6.RemoteIdentifier(enterprise: 32473, octets: [1, 2]), cuts: [5]),
        DHCPv6Sample(DHCPv6.SubscriberIdentifier("subscriber")),
        DHCPv6Sample(
            "01 01 61 01 62 00", DHCPv6.ClientFQDN(name("a.b"), flags: .serverUpdates), cuts: [1, 2, 3, 4, 5]),
        DHCPv6Sample(DHCPv6.POSIXTimeZone("CET-1CEST")),
        DHCPv6Sample(DHCPv6.DatabaseTimeZone("Europe/Zurich")),
        DHCPv6Sample(
            """
            00 01 00 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 7b
            00 02 00 10 ff 05 00 00 00 00 00 00 00 00 00 00 00 00 01 01  00 03 00 03 01 6e 00  00 09 00 01 07
            """,
            DHCPv6.NTPServer([
                .address(address(0x7B)), .multicast(IPv6Address(0xFF05, 0, 0, 0, 0, 0, 0, 0x101)), .name(name("n")),
                .other(code: 9, value: [7]),
            ]), cuts: [20, 40, 47]),
        DHCPv6Sample(DHCPv6.BootFileURL("tftp://[2001:db8::1]/boot")),
        DHCPv6Sample(
            "00 02 2d 76 00 01 71", DHCPv6.BootFileParameters([Array("-v".utf8), Array("q".utf8)]), cuts: [4]),
        DHCPv6Sample("00 07 00 10", DHCPv6.ClientArchitecture([.uefi64, .uefi64HTTP]), cuts: [2]),
        DHCPv6Sample("01 03 10", DHCPv6.ClientNetworkInterface(type: 1, major: 3, minor: 16)),
        // RFC 6603, 4.2 draws it: 2001:db8:dead:beef::/64 of 2001:db8:dead:bee0::/59 is 0xF, left-aligned in five bits.
        DHCPv6Sample(
            "40 78",
            DHCPv6.PrefixExclude(
                IPv6Prefix(containing: IPv6Address(0x2001, 0xDB8, 0xDEAD, 0xBEEF, 0, 0, 0, 0), length: 64),
                in: IPv6Prefix(containing: IPv6Address(0x2001, 0xDB8, 0xDEAD, 0xBEE0, 0, 0, 0, 0), length: 59))),
        DHCPv6Sample(
            "00 01 00 00 5e 00 53 01", DHCPv6.ClientLinkLayerAddress(MACAddress(0, 0, 0x5E, 0, 0x53, 1)),
            cuts: Array(3..<8)),
        DHCPv6Sample("00 00 0e 10", DHCPv6.SolicitMaximumRetransmission(seconds: 3600)),
        DHCPv6Sample("00 00 00 3c", DHCPv6.InformationMaximumRetransmission(seconds: 60)),
        DHCPv6Sample(DHCPv6.CaptivePortal("https://example.org/api")),
    ]
}

@Suite("DHCPv6 options")
struct DHCPv6OptionTests {
    @Test(arguments: DHCPv6Sample.all)
    func `an option is the same octets both ways`(sample: DHCPv6Sample) throws {
        func check<Option: DHCPv6.Option>(_ option: Option) throws {
            #expect(written { option.write(to: &$0) } == sample.value)
            #expect(option.size == sample.value.count)
            #expect(try Option(readingAll: sample.value.span.octets) == option)
            let framed = written { option.writeFramed(to: &$0) }
            let head = written {
                $0.append(uint16: Option.code.rawValue); $0.append(uint16: UInt16(sample.value.count))
            }
            #expect(framed == head + sample.value)
        }
        try check(sample.option)
    }

    @Test func `every option that has a type has a sample`() {
        let sampled = Set(DHCPv6Sample.all.map { ObjectIdentifier(type(of: $0.option)) })
        for type in DHCPv6.optionTypes { #expect(sampled.contains(ObjectIdentifier(type)), "\(type)") }
        #expect(Set(DHCPv6.optionTypes.map { $0.code }).count == DHCPv6.optionTypes.count)
    }

    @Test(arguments: DHCPv6Sample.all)
    func `an option cut short is refused, unless it means less`(sample: DHCPv6Sample) {
        func check<Option: DHCPv6.Option>(_ option: Option) {
            let accepted = (0..<sample.value.count).filter { length in
                let cut = Array(sample.value[..<length])
                guard let less = try? Option(readingAll: cut.span.octets) else { return false }
                #expect(less != option)
                return true
            }
            #expect(accepted == sample.cuts)
        }
        check(sample.option)
    }

    @Test(
        arguments: [
            (DHCPv6.OptionRequest.self, "00 17 00", "option-len"), (DHCPv6.Preference.self, "01 02", "option-len"),
            (DHCPv6.DNSServers.self, "", "option-len"), (DHCPv6.RapidCommit.self, "00", "option-len"),
            (DHCPv6.DomainList.self, "", "option-len"), (DHCPv6.InterfaceIdentifier.self, "", "option-len"),
            (DHCPv6.ReconfigureMessage.self, "01", "msg-type"),
            (DHCPv6.SolicitMaximumRetransmission.self, "00 00 00 3b", "value"),
            (DHCPv6.InformationMaximumRetransmission.self, "00 01 51 81", "value"),
            (
                DHCPv6.IdentityAssociationPrefix.self,
                "00 00 00 00 00 00 00 00 81" + String(repeating: "00", count: 16), "prefix-length"
            ),
            (DHCPv6.PrefixExclude.self, "00 78", "prefix-len"), (DHCPv6.PrefixExclude.self, "81 78", "prefix-len"),
            (DHCPv6.PrefixExclude.self, "40", "option-len"), (DHCPv6.NTPServer.self, "", "option-len"),
            (DHCPv6.NTPServer.self, "00 03 00 04 01 6e 00 00", "suboption-len"),
            (DHCPv6.UserClass.self, "", "option-len"),
            (DHCPv6.ClientLinkLayerAddress.self, "00 01", "option-len"),
            (DHCPv6.RemoteIdentifier.self, "00 00 7e d9", "option-len"),
        ] as [(any DHCPv6.Option.Type, String, String)])
    func `a forbidden value is refused by the field's name`(type: any DHCPv6.Option.Type, value: String, field: String)
    {
        func check<Option: DHCPv6.Option>(_: Option.Type) {
            #expect(throws: WireError.malformed(Option.layer, field: field)) {
                _ = try Option(readingAll: octets(value).span.octets)
            }
        }
        check(type)
    }

    @Test func `a name that points elsewhere is refused`() {
        #expect(throws: WireError.malformed(.domainName, field: "label")) {
            _ = try DHCPv6.DomainList(readingAll: octets("01 61 00 c0 00").span.octets)
        }
    }

    @Test(arguments: DHCPv6Sample.all)
    func `what is read of changed octets is written and read again as the same`(sample: DHCPv6Sample) throws {
        var random = SeededRandom(UInt64(type(of: sample.option).code.rawValue))
        func check<Option: DHCPv6.Option>(_ option: Option) throws -> Int {
            var accepted = 0
            for _ in 0..<500 {
                let value = mutated(sample.value, with: &random)
                guard let option = try? Option(readingAll: value.span.octets) else { continue }
                accepted += 1
                let again = written { option.write(to: &$0) }
                #expect(again.count == option.size)
                #expect(try Option(readingAll: again.span.octets) == option)
            }
            return accepted
        }
        #expect(try check(sample.option) > 0)
    }

    @Test func `an excluded prefix is found within the delegated one only`() throws {
        let exclude = try DHCPv6.PrefixExclude(readingAll: octets("40 78").span.octets)
        let delegated = try #require(IPv6Prefix("2001:db8:dead:bee0::/59"))
        #expect(exclude.prefix(in: delegated)?.description == "2001:db8:dead:beef::/64")
        #expect(exclude.prefix(in: try #require(IPv6Prefix("2001:db8::/32"))) == nil)
        #expect(exclude.prefix(in: try #require(IPv6Prefix("2001:db8::/64"))) == nil)
        let all = try #require(IPv6Prefix("::/0"))
        let whole = try #require(IPv6Prefix("2001:db8::1/128"))
        #expect(DHCPv6.PrefixExclude(whole, in: all).prefix(in: all) == whole)
    }

    @Test(arguments: [
        ("00 02 00 00 7e d9 01", DUID.Kind.enterprise(number: 32473, identifier: [1])),
        ("00 03 00 01 00 00 5e 00 53 01", .linkLayer(hardwareType: 1, address: [0, 0, 0x5E, 0, 0x53, 1])),
        ("00 04 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", .uuid(0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F)),
        (
            "00 01 00 01 2a 00 00 01 00 00 5e 00 53 01",
            .linkLayerTime(hardwareType: 1, time: 0x2A00_0001, address: [0, 0, 0x5E, 0, 0x53, 1])
        ),
    ])
    func `a DUID tells what it was made of`(text: String, kind: DUID.Kind) throws {
        let duid = try #require(DUID(octets: octets(text)))
        #expect(duid.kind == kind)
        #expect(DUID(kind) == duid)
        #expect(duid.description == text.replacing(" ", with: ":"))
    }

    @Test func `a DUID has 3 to 130 octets`() {
        #expect(DUID(octets: [0, 3]) == nil)
        #expect(DUID(octets: [0, 3, 0])?.kind == .other(type: 3))
        #expect(DUID(octets: [UInt8](repeating: 0, count: 130)) != nil)
        #expect(DUID(octets: [UInt8](repeating: 0, count: 131)) == nil)
        #expect(DUID(.enterprise(number: 1, identifier: [UInt8](repeating: 0, count: 125))) == nil)
        #expect(throws: WireError.malformed(.duid, field: "length")) {
            _ = try DHCPv6.ClientIdentifier(readingAll: [UInt8](repeating: 1, count: 131).span.octets)
        }
        #expect(throws: WireError.truncated(.duid, needed: 3, available: 2)) {
            _ = try DHCPv6.ServerIdentifier(readingAll: [UInt8](repeating: 1, count: 2).span.octets)
        }
    }
}
