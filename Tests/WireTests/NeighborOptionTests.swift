import Testing
import Wire

/// An option, its value on the wire, and the lengths to which the value can be cut and still be one.
struct NeighborOptionSample: Sendable, CustomTestStringConvertible {
    let value: [UInt8]
    let option: any NDP.Option
    let cuts: [Int]

    init(_ hexadecimal: String, _ option: any NDP.Option, cuts: [Int] = []) {
        (value, self.option, self.cuts) = (octets(hexadecimal), option, cuts)
    }

    var testDescription: String { "\(type(of: option))" }

    static func prefix(_ text: String) -> IPv6Prefix { IPv6Prefix(text) ?? IPv6Prefix(containing: .any, length: 0) }

    static let all: [NeighborOptionSample] = [
        NeighborOptionSample(
            "00 00 5e 00 53 01", NDP.SourceLinkLayerAddress(MACAddress(0, 0, 0x5E, 0, 0x53, 1))),
        NeighborOptionSample(
            "00 00 5e 00 53 01", NDP.TargetLinkLayerAddress(MACAddress(0, 0, 0x5E, 0, 0x53, 1))),
        NeighborOptionSample(
            "40 c0 00 00 0e 10 ff ff ff ff 00 00 00 00 20 01 0d b8 00 01 00 02 00 00 00 00 00 00 00 00",
            NDP.PrefixInformation(
                prefix("2001:db8:1:2::/64"), flags: [.onLink, .autonomous], valid: .seconds(3600), preferred: .infinite)
        ),
        NeighborOptionSample(
            "00 00 00 00 00 00 60 00 00 00 00 08 3a ff",
            NDP.RedirectedHeader(packet: [0x60, 0, 0, 0, 0, 8, 0x3A, 0xFF]),
            cuts: [6]),
        NeighborOptionSample("00 00 00 00 05 dc", NDP.MTU(1500)),
        NeighborOptionSample("01 02 03 04 05 06", NDP.Nonce(octets: [1, 2, 3, 4, 5, 6])),
        NeighborOptionSample(
            "40 08 00 00 0e 10 20 01 0d b8 00 01 00 02",
            NDP.RouteInformation(prefix("2001:db8:1:2::/64"), preference: .high, lifetime: .seconds(3600))),
        NeighborOptionSample(
            "00 18 00 00 0e 10", NDP.RouteInformation(prefix("::/0"), preference: .low, lifetime: .seconds(3600))),
        NeighborOptionSample(
            "41 00 00 00 0e 10 20 01 0d b8 00 01 00 02 80 00 00 00 00 00 00 00",
            NDP.RouteInformation(prefix("2001:db8:1:2:8000::/65"), lifetime: .seconds(3600))),
        NeighborOptionSample(
            """
            00 00 00 00 0e 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 35
            20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 36
            """,
            NDP.RecursiveDNSServers(
                [IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 0x35), IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 0x36)],
                lifetime: .seconds(3600)), cuts: [22]),
        NeighborOptionSample("80 00 00 00 00 01", NDP.FlagsExtension(rawValue: 0x8000_0000_0001)),
        NeighborOptionSample(
            "00 00 00 00 0e 10 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 01 61 00",
            NDP.DNSSearchList(["example.com", "a"].compactMap { DomainName($0) }, lifetime: .seconds(3600))),
        NeighborOptionSample(
            "68 74 74 70 73 3a 2f 2f 61 2f 00 00 00 00", NDP.CaptivePortal(uri: Array("https://a/".utf8)),
            cuts: [6]),
        // RFC 8781, 4: 64:ff9b::/96 for 1800 seconds.
        NeighborOptionSample(
            "07 08 00 64 ff 9b 00 00 00 00 00 00 00 00", NDP.NAT64Prefix(prefix("64:ff9b::/96"), seconds: 1800)),
        NeighborOptionSample(
            "07 0d 20 01 0d b8 00 00 00 00 00 00 00 00", NDP.NAT64Prefix(prefix("2001:db8::/32"), seconds: 1800)),
    ]
}

@Suite("Neighbor Discovery options")
struct NeighborOptionTests {
    @Test(arguments: NeighborOptionSample.all)
    func `an option is the same octets both ways`(sample: NeighborOptionSample) throws {
        func check<Option: NDP.Option>(_ option: Option) throws {
            #expect(written { option.write(to: &$0) } == sample.value)
            #expect(option.size == sample.value.count)
            #expect(try Option(readingAll: sample.value.span.octets) == option)
            let framed = written { option.writeFramed(to: &$0) }
            #expect(framed == [Option.type.rawValue, UInt8((sample.value.count + 2) / 8)] + sample.value)
            #expect(NDP.RawOption(option).value == sample.value)
        }
        try check(sample.option)
    }

    @Test func `every option that has a type has a sample`() {
        let sampled = Set(NeighborOptionSample.all.map { ObjectIdentifier(type(of: $0.option)) })
        for type in NDP.optionTypes { #expect(sampled.contains(ObjectIdentifier(type)), "\(type)") }
        #expect(Set(NDP.optionTypes.map { $0.type }).count == NDP.optionTypes.count)
    }

    @Test(arguments: NeighborOptionSample.all)
    func `an option cut short is refused, unless it means less`(sample: NeighborOptionSample) {
        func check<Option: NDP.Option>(_ option: Option) {
            let accepted = (0..<sample.value.count).filter { length in
                let cut = Array(sample.value[..<length])
                guard let less = try? Option(readingAll: cut.span.octets) else { return false }
                return less != option
            }
            #expect(accepted == sample.cuts)
        }
        check(sample.option)
    }

    @Test(
        arguments: [
            (NDP.PrefixInformation.self, "81" + String(repeating: "00", count: 29), "Prefix Length"),
            (NDP.RouteInformation.self, "81 00 00 00 00 00" + String(repeating: "00", count: 16), "Prefix Length"),
            (NDP.RouteInformation.self, "01 00 00 00 00 00", "Length"),
            (NDP.RouteInformation.self, "41 00 00 00 00 00 20 01 0d b8 00 00 00 00", "Length"),
            (NDP.RouteInformation.self, "00 10 00 00 00 00", "Prf"),
            (NDP.RecursiveDNSServers.self, "00 00 00 00 00 00", "Length"),
            (NDP.DNSSearchList.self, "00 00 00 00 00 00 00 00 00 00 00 00 00 00", "Domain Names of DNS Search List"),
            (NDP.CaptivePortal.self, "00 00 00 00 00 00", "URI"),
            (NDP.MTU.self, "00 00 00 00 05 dc 00 00 00 00 00 00 00 00", "Length"),
            (NDP.NAT64Prefix.self, "00 06 00 64 ff 9b 00 00 00 00 00 00 00 00", "PLC"),
            (NDP.NAT64Prefix.self, "00 07 00 64 ff 9b 00 00 00 00 00 00 00 00", "PLC"),
        ] as [(any NDP.Option.Type, String, String)])
    func `a forbidden value is refused by the field's name`(type: any NDP.Option.Type, value: String, field: String) {
        func check<Option: NDP.Option>(_: Option.Type) {
            #expect(throws: WireError.malformed(Option.layer, field: field)) {
                _ = try Option(readingAll: octets(value).span.octets)
            }
        }
        check(type)
    }

    @Test func `more flags than we know of are ignored`() throws {
        let value = octets("80 00 00 00 00 00 ff ff ff ff ff ff ff ff")
        #expect(try NDP.FlagsExtension(readingAll: value.span.octets).rawValue == 0x8000_0000_0000)
    }

    @Test(arguments: NeighborOptionSample.all)
    func `what is read of changed octets is written and read again as the same`(sample: NeighborOptionSample) throws {
        var random = SeededRandom(seed: UInt64(type(of: sample.option).type.rawValue))
        func check<Option: NDP.Option>(_ option: Option) throws -> Int {
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
}
