import DHCP
import Testing
import Wire

/// An option, its value on the wire, and the lengths to which the value can be cut and still be one.
struct DHCPv4Sample: Sendable, CustomTestStringConvertible {
    let value: [UInt8]
    let option: any DHCPv4.Option
    let cuts: [Int]

    init(_ hexadecimal: String, _ option: any DHCPv4.Option, cuts: [Int] = []) {
        (value, self.option, self.cuts) = (octets(hexadecimal), option, cuts)
    }

    /// A value that is text.
    init(_ option: any DHCPv4.TextOption) {
        (value, self.option, cuts) = (option.octets, option, Array(1..<option.octets.count))
    }

    var testDescription: String { "\(type(of: option))" }

    static let all: [DHCPv4Sample] = [
        DHCPv4Sample("ff ff fe 00", DHCPv4.SubnetMask(IPv4Address(255, 255, 254, 0))),
        DHCPv4Sample("ff ff b9 b0", DHCPv4.TimeOffset(-18000)),
        DHCPv4Sample(
            "c0 00 02 01 c0 00 02 02",
            DHCPv4.Routers([IPv4Address(192, 0, 2, 1), IPv4Address(192, 0, 2, 2)]), cuts: [4]),
        DHCPv4Sample("c0 00 02 03", DHCPv4.TimeServers([IPv4Address(192, 0, 2, 3)])),
        DHCPv4Sample("c0 00 02 35", DHCPv4.DomainNameServers([IPv4Address(192, 0, 2, 53)])),
        DHCPv4Sample("c0 00 02 07", DHCPv4.LogServers([IPv4Address(192, 0, 2, 7)])),
        DHCPv4Sample("c0 00 02 7b", DHCPv4.NetworkTimeServers([IPv4Address(192, 0, 2, 123)])),
        DHCPv4Sample("c0 00 02 89", DHCPv4.NetBIOSNameServers([IPv4Address(192, 0, 2, 137)])),
        DHCPv4Sample("c0 00 02 45", DHCPv4.TFTPServerAddresses([IPv4Address(192, 0, 2, 69)])),
        DHCPv4Sample("c0 00 02 ff", DHCPv4.BroadcastAddress(IPv4Address(192, 0, 2, 255))),
        DHCPv4Sample("c0 00 02 64", DHCPv4.RequestedAddress(IPv4Address(192, 0, 2, 100))),
        DHCPv4Sample("c0 00 02 01", DHCPv4.ServerIdentifier(IPv4Address(192, 0, 2, 1))),
        DHCPv4Sample("c0 00 02 00", DHCPv4.SubnetSelection(IPv4Address(192, 0, 2, 0))),
        DHCPv4Sample("00 00 0e 10", DHCPv4.LeaseTime(.seconds(3600))),
        DHCPv4Sample("ff ff ff ff", DHCPv4.LeaseTime(.infinite)),
        DHCPv4Sample("00 00 07 08", DHCPv4.RenewalTime(.seconds(1800))),
        DHCPv4Sample("00 00 0c 4e", DHCPv4.RebindingTime(.seconds(3150))),
        DHCPv4Sample("00 00 01 2c", DHCPv4.IPv6OnlyPreferred(.seconds(300))),
        DHCPv4Sample(DHCPv4.HostName("client")),
        DHCPv4Sample(DHCPv4.DomainNameOption("example.com")),
        DHCPv4Sample(DHCPv4.RootPath("192.0.2.1:/root")),
        DHCPv4Sample(DHCPv4.MessageText("wrong network")),
        DHCPv4Sample(DHCPv4.VendorClassIdentifier("PXEClient:Arch:00007:UNDI:003016")),
        DHCPv4Sample(DHCPv4.TFTPServerName("tftp.example.com")),
        DHCPv4Sample(DHCPv4.BootFileName("boot/x.efi")),
        DHCPv4Sample(DHCPv4.POSIXTimeZone("CET-1CEST,M3.5.0,M10.5.0/3")),
        DHCPv4Sample(DHCPv4.DatabaseTimeZone("Europe/Zurich")),
        DHCPv4Sample(DHCPv4.CaptivePortal("https://example.org/api")),
        DHCPv4Sample("05 dc", DHCPv4.InterfaceMTU(1500)),
        DHCPv4Sample("02 40", DHCPv4.MaximumMessageSize(576)),
        DHCPv4Sample("08", DHCPv4.NetBIOSNodeType(rawValue: 8)),
        DHCPv4Sample(
            "0a 00 00 01 c0 00 02 01 0a 00 00 02 c0 00 02 02",
            DHCPv4.StaticRoutes([
                .init(to: IPv4Address(10, 0, 0, 1), by: IPv4Address(192, 0, 2, 1)),
                .init(to: IPv4Address(10, 0, 0, 2), by: IPv4Address(192, 0, 2, 2)),
            ]), cuts: [8]),
        // The examples of descriptors in RFC 3442: the default route, 10/8, 10.17.0.0/16, 10.27.129.0/24 and a host.
        DHCPv4Sample(
            """
            00 c0 00 02 01  08 0a c0 00 02 02  10 0a 11 c0 00 02 03  18 0a 1b 81 c0 00 02 04
            20 0a e5 00 80 00 00 00 00
            """,
            DHCPv4.ClasslessStaticRoutes([
                .init(to: IPv4Prefix(containing: .any, length: 0), by: IPv4Address(192, 0, 2, 1)),
                .init(to: IPv4Prefix(containing: IPv4Address(10, 0, 0, 0), length: 8), by: IPv4Address(192, 0, 2, 2)),
                .init(to: IPv4Prefix(containing: IPv4Address(10, 17, 0, 0), length: 16), by: IPv4Address(192, 0, 2, 3)),
                .init(
                    to: IPv4Prefix(containing: IPv4Address(10, 27, 129, 0), length: 24), by: IPv4Address(192, 0, 2, 4)),
                .init(to: IPv4Prefix(containing: IPv4Address(10, 229, 0, 128), length: 32), by: .any),
            ]), cuts: [5, 11, 18, 26]),
        DHCPv4Sample(
            "06 01 08 80 01 00",
            DHCPv4.VendorInformation([.init(code: 6, value: [8]), .init(code: 128, value: [0])]),
            cuts: Array(1..<6)),
        DHCPv4Sample("03", DHCPv4.OptionOverload(usesBootFile: true, usesServerName: true)),
        DHCPv4Sample("05", DHCPv4.MessageType.acknowledge),
        DHCPv4Sample(
            "01 03 79 2a",
            DHCPv4.ParameterRequestList([.subnetMask, .routers, .classlessStaticRoutes, .networkTimeServers]),
            cuts: [1, 2, 3]),
        DHCPv4Sample(
            "01 00 00 5e 00 53 01", DHCPv4.ClientIdentifier(MACAddress(0, 0, 0x5E, 0, 0x53, 1)), cuts: Array(2..<7)),
        DHCPv4Sample(
            "04 74 65 73 74 01 78", DHCPv4.UserClass([Array("test".utf8), Array("x".utf8)]), cuts: [5]),
        DHCPv4Sample("", DHCPv4.RapidCommit()),
        DHCPv4Sample(
            "05 00 00 06 63 6c 69 65 6e 74 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00",
            DHCPv4.ClientFQDN(
                DomainName(labels: ["client", "example", "com"].map { Array($0.utf8) }) ?? .root, flags: .serverUpdates),
            cuts: Array(3..<23)),
        DHCPv4Sample(
            "01 04 65 74 68 30 02 02 ab cd 05 04 c0 00 02 00 0a 01 80 0b 04 c0 00 02 01",
            DHCPv4.RelayAgentInformation([
                .init(code: .circuitIdentifier, value: Array("eth0".utf8)),
                .init(code: .remoteIdentifier, value: [0xAB, 0xCD]),
                .init(code: .linkSelection, value: [192, 0, 2, 0]), .init(code: .flags, value: [0x80]),
                .init(code: .serverIdentifierOverride, value: [192, 0, 2, 1]),
            ]), cuts: [6, 10, 16, 19]),
        DHCPv4Sample(
            "03 01 00 00 00 00 00 00 00 00 07 01 aa bb",
            DHCPv4.Authentication(
                DHCPAuthentication(
                    protocolNumber: 3, algorithm: 1, replayDetection: 7, information: [1, 0xAA, 0xBB])),
            cuts: [11, 12, 13]),
        DHCPv4Sample("00 07 00 10", DHCPv4.ClientArchitecture([.uefi64, .uefi64HTTP]), cuts: [2]),
        DHCPv4Sample("01 03 10", DHCPv4.ClientNetworkInterface(type: 1, major: 3, minor: 16)),
        DHCPv4Sample(
            "00 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f",
            DHCPv4.ClientMachineIdentifier(identifier: Array(0...15))),
        DHCPv4Sample(
            "03 65 6e 67 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 07 65 78 61 6d 70 6c 65 03 6f 72 67 00",
            DHCPv4.DomainSearch(["eng.example.com", "example.org"].compactMap { DomainName($0) }), cuts: [17]),
        DHCPv4Sample("01 c0 00 02 09", DHCPv4.SIPServers.addresses([IPv4Address(192, 0, 2, 9)])),
        DHCPv4Sample("00 03 73 69 70 00", DHCPv4.SIPServers.names(["sip"].compactMap { DomainName($0) })),
        DHCPv4Sample(
            "00 00 7e d9 03 02 01 61",
            DHCPv4.VendorIdentifyingVendorClass([.init(enterprise: 32473, octets: [2, 1, 0x61])])
        ),
        DHCPv4Sample(
            "00 00 7e d9 03 01 01 05 00 00 7e d8 00",
            DHCPv4.VendorIdentifyingVendorInformation([
                .init(enterprise: 32473, octets: [1, 1, 5]), .init(enterprise: 32472, octets: []),
            ]), cuts: [8]),
        DHCPv4Sample("01", DHCPv4.ForceRenewNonceCapable(algorithms: [1])),
    ]
}

@Suite("DHCPv4 options")
struct DHCPv4OptionTests {
    @Test(arguments: DHCPv4Sample.all)
    func `an option is the same octets both ways`(sample: DHCPv4Sample) throws {
        func check<Option: DHCPv4.Option>(_ option: Option) throws {
            #expect(written { option.write(to: &$0) } == sample.value)
            #expect(option.size == sample.value.count)
            #expect(try Option(readingAll: sample.value.span.octets) == option)
            let framed = written { option.writeFramed(to: &$0) }
            #expect(framed == [Option.code.rawValue, UInt8(sample.value.count)] + sample.value)
        }
        try check(sample.option)
    }

    @Test func `every option that has a type has a sample`() {
        let sampled = Set(DHCPv4Sample.all.map { ObjectIdentifier(type(of: $0.option)) })
        for type in DHCPv4.optionTypes { #expect(sampled.contains(ObjectIdentifier(type)), "\(type)") }
        #expect(Set(DHCPv4.optionTypes.map { $0.code }).count == DHCPv4.optionTypes.count)
    }

    @Test(arguments: DHCPv4Sample.all)
    func `an option cut short is refused, unless it means less`(sample: DHCPv4Sample) {
        func check<Option: DHCPv4.Option>(_ option: Option) {
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
            (DHCPv4.SubnetMask.self, "ff ff ff 00 00", "Len"), (DHCPv4.LeaseTime.self, "00 00 00 01 00", "Len"),
            (DHCPv4.Routers.self, "c0 00 02 01 00", "Len"), (DHCPv4.Routers.self, "", "Len"),
            (DHCPv4.HostName.self, "", "Len"), (DHCPv4.MessageType.self, "01 01", "Len"),
            (DHCPv4.InterfaceMTU.self, "00 43", "MTU"),
            (DHCPv4.StaticRoutes.self, "00 00 00 00 c0 00 02 01", "Destination"),
            (DHCPv4.ClasslessStaticRoutes.self, "21 0a 00 00 00 00 c0 00 02 01", "width of subnet mask"),
            (DHCPv4.OptionOverload.self, "00", "Value"), (DHCPv4.OptionOverload.self, "04", "Value"),
            (DHCPv4.ClientIdentifier.self, "01", "Len"), (DHCPv4.UserClass.self, "00", "UC_Len"),
            (DHCPv4.RapidCommit.self, "00", "Len"), (DHCPv4.ClientArchitecture.self, "00 07 00", "Len"),
            (DHCPv4.ClientMachineIdentifier.self, "00 01 02", "Len"), (DHCPv4.SIPServers.self, "02 c0 00 02 01", "enc"),
            (DHCPv4.SIPServers.self, "01", "Len"), (DHCPv4.ParameterRequestList.self, "", "Len"),
        ] as [(any DHCPv4.Option.Type, String, String)])
    func `a forbidden value is refused by the field's name`(type: any DHCPv4.Option.Type, value: String, field: String)
    {
        func check<Option: DHCPv4.Option>(_: Option.Type) {
            #expect(throws: WireError.malformed(Option.layer, field: field)) {
                _ = try Option(readingAll: octets(value).span.octets)
            }
        }
        check(type)
    }

    @Test(arguments: DHCPv4Sample.all)
    func `what is read of changed octets is written and read again as the same`(sample: DHCPv4Sample) throws {
        var random = SeededRandom(UInt64(type(of: sample.option).code.rawValue))
        func check<Option: DHCPv4.Option>(_ option: Option) throws -> Int {
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

    @Test func `a name search is read with compression, which may not go forward`() throws {
        // The example of RFC 3397, 2: eng.apple.com and marketing.apple.com.
        let value = octets("03 65 6e 67 05 61 70 70 6c 65 03 63 6f 6d 00 09 6d 61 72 6b 65 74 69 6e 67 c0 04")
        let search = try DHCPv4.DomainSearch(readingAll: value.span.octets)
        #expect(search.domains.map(\.description) == ["eng.apple.com", "marketing.apple.com"])
        #expect(throws: WireError.malformed(.domainName, field: "OFFSET")) {
            _ = try DHCPv4.DomainSearch(readingAll: octets("01 61 c0 00").span.octets)
        }
        #expect(throws: WireError.malformed(DHCPv4.DomainSearch.layer, field: "Searchstring")) {
            _ = try DHCPv4.DomainSearch(readingAll: [UInt8](repeating: 0, count: 129).span.octets)
        }
    }

    @Test func `a client's name is read in both encodings`() throws {
        func name(_ flags: DHCPv4.ClientFQDN.Flags, _ octets: [UInt8]) -> String? {
            DHCPv4.ClientFQDN(flags: flags, octets: octets).name.map { "\($0.domain) \($0.isComplete)" }
        }
        #expect(name([], Array("box.example.com".utf8)) == "box.example.com true")
        #expect(name([], Array("box".utf8)) == "box false")
        #expect(name(.isEncoded, [3] + Array("box".utf8)) == "box false")
        #expect(name(.isEncoded, [3] + Array("box".utf8) + [0]) == "box true")
        #expect(name(.isEncoded, [4] + Array("box".utf8)) == nil)
        #expect(name(.isEncoded, [3] + Array("box".utf8) + [0, 1]) == nil)
        #expect(name([], []) == nil)
        #expect(name([], Array("a..b".utf8)) == nil)
        #expect(name([], [0xFF]) == nil)
        #expect(name(.isEncoded, [0xC0, 0]) == nil)
    }

    @Test func `a relay agent's sub-options are read by their meaning`() throws {
        let value = octets("01 01 61 05 04 c0 00 02 00 0a 01 80 0b 03 c0 00 02 97 01 ff")
        let information = try DHCPv4.RelayAgentInformation(readingAll: value.span.octets)
        #expect(information.circuitIdentifier == [0x61])
        #expect(information.remoteIdentifier == nil)
        #expect(information.linkSelection == IPv4Address(192, 0, 2, 0))
        #expect(information.wasUnicast == true)
        // Of the wrong length, it is kept but means nothing.
        #expect(information.serverIdentifierOverride == nil)
        #expect(information[.virtualSubnetSelection] == [0xFF])
    }

    @Test func `a client identifier of a DUID tells the IAID and it`() throws {
        let duid = try #require(DUID(.linkLayer(hardwareType: 1, address: [0, 0, 0x5E, 0, 0x53, 1])))
        let identifier = DHCPv4.ClientIdentifier(identityAssociation: 0x5E00_5301, duid: duid)
        #expect(written { identifier.write(to: &$0) } == octets("ff 5e 00 53 01 00 03 00 01 00 00 5e 00 53 01"))
        #expect(identifier.duid == duid)
        #expect(identifier.identityAssociation == 0x5E00_5301)
        #expect(DHCPv4.ClientIdentifier(type: 1, identifier: identifier.identifier).duid == nil)
        #expect(DHCPv4.ClientIdentifier(type: 255, identifier: [0, 0, 0, 1, 0, 0]).duid == nil)
    }

    @Test func `a vendor's encapsulated options are told from others`() {
        #expect(DHCPv4.VendorInformation(octets: octets("00 06 01 08 ff 99")).fields == [.init(code: 6, value: [8])])
        #expect(DHCPv4.VendorInformation(octets: octets("06 02 08")).fields == nil)
        #expect(DHCPv4.VendorInformation(octets: [6]).fields == nil)
    }
}
