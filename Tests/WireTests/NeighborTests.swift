import Testing
import Wire

/// A message as it was captured, and the addresses that it went between.
struct NeighborSample: Sendable, CustomTestStringConvertible {
    let name: String
    let source: IPv6Address
    let destination: IPv6Address

    init(_ name: String, from source: String, to destination: String) {
        self.name = name
        self.source = IPv6Address(source) ?? .any
        self.destination = IPv6Address(destination) ?? .any
    }

    var testDescription: String { name }

    var octets: [UInt8] {
        get throws { try vector("ndp/\(name)") }
    }

    static let all = [
        NeighborSample("router-solicitation", from: "fe80::ec18:42ff:fe95:60a0", to: "ff02::2"),
        NeighborSample("router-advertisement", from: "fe80::207a:2ff:fea3:b7c0", to: "ff02::1"),
        NeighborSample("duplicate-detection", from: "::", to: "ff02::1:ff00:aa"),
        NeighborSample("neighbor-solicitation", from: "fe80::ec18:42ff:fe95:60a0", to: "ff02::1:ff00:1"),
        NeighborSample("neighbor-advertisement", from: "2001:db8::1", to: "fe80::ec18:42ff:fe95:60a0"),
    ]
}

@Suite("Neighbor Discovery message")
struct NeighborTests {
    static func read(_ octets: [UInt8]) throws(WireError) -> NDP.Message {
        var rest = octets.span.octets
        return try NDP.Message(reading: &rest)
    }

    @Test(arguments: NeighborSample.all)
    func `what was captured is written as it was, with its checksum`(sample: NeighborSample) throws {
        let octets = try sample.octets
        let isValid = NDP.Message.isChecksumValid(octets.span.octets, from: sample.source, to: sample.destination)
        #expect(isValid)
        let elsewhere = NDP.Message.isChecksumValid(octets.span.octets, from: sample.source, to: .loopback)
        #expect(!elsewhere)
        let message = try Self.read(octets)
        #expect(message.size == octets.count)
        // Behind another message, as it may lie in a buffer.
        let again = written {
            $0.append(0xFF)
            message.write(to: &$0, from: sample.source, to: sample.destination)
        }
        #expect(again == [0xFF] + octets)
    }

    @Test func `what dnsmasq advertises is read field by field`() throws {
        guard case .routerAdvertisement(let router) = try Self.read(try vector("ndp/router-advertisement")) else {
            Issue.record("it is a router advertisement")
            return
        }
        #expect(router.currentHopLimit == 64 && router.routerLifetime == 1800)
        #expect(router.flags == [.managed, .otherConfiguration, .init(rawValue: 0x08)])
        #expect(router.preference == .high)
        let prefix = try #require(try router.options.read(NDP.PrefixInformation.self))
        #expect(prefix.prefix.description == "2001:db8::/64" && prefix.flags == .onLink)
        #expect(prefix.valid == .seconds(3600) && prefix.preferred == .seconds(3600))
        #expect(try router.options.read(NDP.MTU.self)?.octets == 1400)
        #expect(
            try router.options.read(NDP.SourceLinkLayerAddress.self)?.macAddress?.description == "22:7a:02:a3:b7:c0")
        #expect(try router.options.read(NDP.DNSSearchList.self)?.domains.map(\.description) == ["example.com"])
        #expect(try router.options.read(NDP.RecursiveDNSServers.self)?.addresses.map(\.description) == ["2001:db8::1"])
        #expect(try router.options.read(NDP.CaptivePortal.self) == nil)
    }

    @Test func `what Linux asks and answers is read field by field`() throws {
        guard case .neighborSolicitation(let question) = try Self.read(try vector("ndp/neighbor-solicitation")),
            case .neighborAdvertisement(let answer) = try Self.read(try vector("ndp/neighbor-advertisement")),
            case .neighborSolicitation(let detection) = try Self.read(try vector("ndp/duplicate-detection"))
        else {
            Issue.record("they are a solicitation and an advertisement")
            return
        }
        #expect(question.target == answer.target)
        #expect(answer.flags == [.solicited, .override])
        #expect(try question.options.read(NDP.SourceLinkLayerAddress.self) != nil)
        #expect(
            try answer.options.read(NDP.TargetLinkLayerAddress.self)?.macAddress?.description == "22:7a:02:a3:b7:c0")
        #expect(detection.target.description == "2001:db8::aa")
        #expect(try detection.options.read(NDP.Nonce.self)?.octets.count == 6)
    }

    @Test func `a redirect is what RFC 4861 draws`() throws {
        let message = NDP.Message.redirect(
            NDP.Redirect(
                target: IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, 1),
                destination: IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 9),
                options: NDP.Options(NDP.RedirectedHeader(packet: [UInt8](repeating: 0x60, count: 8)))))
        let expected = octets(
            """
            00 00 00 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
            20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09
            04 02 00 00 00 00 00 00 60 60 60 60 60 60 60 60
            """)
        let written = written { message.write(to: &$0, from: .any, to: .any) }
        #expect(Array(written.dropFirst(4)) == expected)
        #expect(written[0] == 137 && written[1] == 0)
        #expect(try Self.read(written) == message)
    }

    @Test(arguments: NeighborSample.all)
    func `a message cut short is refused, unless it ends behind an option`(sample: NeighborSample) throws {
        let octets = try sample.octets
        let options = try Self.read(octets).options
        var ends: Set<Int> = [octets.count - options.size]
        for option in options.raw { ends.insert((ends.max() ?? 0) + option.framedSize) }
        for length in octets.indices {
            #expect(((try? Self.read(Array(octets[..<length]))) != nil) == ends.contains(length), "\(length) octets")
        }
    }

    @Test(arguments: [
        ("85 01 00 00 00 00 00 00", "Code"), ("84 00 00 00 00 00 00 00", "Type"), ("8a 00 00 00 00 00 00 00", "Type"),
        ("87 00 00 00 00 00 00 00 ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "Target Address"),
        ("88 00 00 00 00 00 00 00 ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "Target Address"),
        (
            "89 00 00 00 00 00 00 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01",
            "Destination Address"
        ),
    ])
    func `a forbidden value is refused by the field's name`(text: String, field: String) {
        #expect(throws: WireError.malformed(.ndp, field: field)) { _ = try Self.read(octets(text)) }
    }

    @Test func `an option without length spoils the message`() {
        #expect(throws: WireError.malformed(.ndpOption, field: "Length")) {
            _ = try Self.read(octets("85 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00"))
        }
        #expect(throws: WireError.truncated(.ndpOption, needed: 14, available: 6)) {
            _ = try Self.read(octets("85 00 00 00 00 00 00 00 01 02 00 00 00 00 00 00"))
        }
    }

    @Test func `options without number are refused`() {
        let head = octets("85 00 00 00 00 00 00 00")
        let one = octets("fd 01 00 00 00 00 00 00")
        let fine = head + Array(repeating: one, count: NDP.Options.limit).joined()
        #expect(throws: Never.self) { _ = try Self.read(fine) }
        #expect(throws: WireError.malformed(.ndp, field: "Options")) { _ = try Self.read(fine + one) }
    }

    @Test func `an unknown option passes through unharmed`() throws {
        let text = octets("85 00 00 00 00 00 00 00 fd 02 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e")
        let message = try Self.read(text)
        #expect(message.options.raw.map(\.type.rawValue) == [0xFD])
        #expect(written { message.write(to: &$0, from: .any, to: .any) }.dropFirst(4) == text.dropFirst(4))
    }

    @Test(
        arguments: [
            (0x00, NDP.RouterPreference.medium), (0x08, .high), (0x18, .low), (0x10, .medium),
        ] as [(UInt8, NDP.RouterPreference)])
    func `a router's preference has a sign, and its reserved value is medium`(
        flags: UInt8, preference: NDP.RouterPreference
    ) {
        var router = NDP.RouterAdvertisement(flags: .init(rawValue: flags | 0x80))
        #expect(router.preference == preference)
        router.preference = .low
        #expect(router.flags.rawValue == 0x98)
    }

    @Test func `what is read of changed messages is written and read again as the same`() throws {
        var random = SeededRandom(seed: 4861)
        var accepted = 0
        for sample in NeighborSample.all {
            let original = try sample.octets
            for _ in 0..<2000 {
                guard let message = try? Self.read(mutated(original, with: &random)) else { continue }
                accepted += 1
                let again = written { message.write(to: &$0, from: .any, to: .any) }
                #expect(try Self.read(again) == message)
            }
        }
        #expect(accepted > 2000)
    }
}
