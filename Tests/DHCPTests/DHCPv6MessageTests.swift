import DHCP
import Testing
import Wire

@Suite("DHCPv6 message")
struct DHCPv6MessageTests {
    static let captures = ["dhclient-solicit6", "dnsmasq-advertise6", "dhclient-request6", "dnsmasq-reply6"]

    @Test func `what dnsmasq answers is read field by field`() throws {
        let octets = try vector("dhcp/dnsmasq-reply6")
        let view = try DHCPv6.MessageView(reading: octets.span.octets)
        #expect(view.type == .reply)
        #expect(view.transactionID == 0xBF0400)
        let client = try #require(try view.options.read(DHCPv6.ClientIdentifier.self)?.duid)
        #expect(
            client.kind
                == .linkLayerTime(hardwareType: 1, time: 0x3297_AF00, address: [0xAA, 0x6F, 0xE2, 0xAD, 0xD2, 0x1A]))
        let association = try #require(try view.options.read(DHCPv6.IdentityAssociation.self))
        #expect(association.identifier == 0xE2AD_D21A)
        #expect(association.renewal == .seconds(1800))
        #expect(association.rebinding == .seconds(3150))
        let address = try #require(try association.options.read(DHCPv6.IdentityAssociationAddress.self))
        #expect(address.address.description == "2001:db8::1ea")
        #expect(address.valid.duration == .seconds(3600))
        #expect(try view.options.read(DHCPv6.StatusCode.self)?.text == "success")
        #expect(try view.options.read(DHCPv6.DomainList.self)?.domains.map(\.description) == ["example.com"])
        #expect(try view.options.read(DHCPv6.DNSServers.self)?.addresses.map(\.description) == ["2001:db8::1"])
        #expect(!view.options.has(.rapidCommit) && view.options.count(of: .identityAssociation) == 1)
    }

    @Test(arguments: captures) func `what was captured is written as it was`(name: String) throws {
        let octets = try vector("dhcp/\(name)")
        var rest = octets.span.octets
        let message = try DHCPv6.Message(reading: &rest)
        let left = rest.byteCount
        #expect(left == 0)
        #expect(message.size == octets.count)
        #expect(written { message.write(to: &$0) } == octets)
        // And so are its options, as far as they have types.
        func check<Option: DHCPv6.Option>(_: Option.Type) throws {
            for option in try message.options.readAll(Option.self) {
                #expect(message.options.raw.contains(DHCPv6.RawOption(option)))
            }
        }
        for type in DHCPv6.optionTypes { try check(type) }
    }

    @Test(arguments: captures) func `a message cut short is refused, unless it ends behind an option`(name: String)
        throws
    {
        let octets = try vector("dhcp/\(name)")
        var rest = octets.span.octets
        let whole = try DHCPv6.Message(reading: &rest)
        var ends: Set<Int> = [4]
        for option in whole.options.raw { ends.insert((ends.max() ?? 0) + option.framedSize) }
        for length in octets.indices {
            let cut = Array(octets[..<length])
            #expect(((try? DHCPv6.MessageView(reading: cut.span.octets).type) != nil) == ends.contains(length))
        }
        #expect(throws: WireError.truncated(.dhcpv6, needed: 4, available: 3)) {
            _ = try DHCPv6.MessageView(reading: octets.span.octets.extracting(first: 3))
        }
    }

    @Test(arguments: [0, 12, 13] as [UInt8]) func `a relay agent's type is refused in a message`(type: UInt8) {
        #expect(throws: WireError.malformed(.dhcpv6, field: "msg-type")) {
            _ = try DHCPv6.MessageView(reading: [type, 0, 0, 1].span.octets)
        }
    }

    @Test func `an option that does not fit is refused`() {
        #expect(throws: WireError.truncated(.dhcpv6Option, needed: 6, available: 5)) {
            _ = try DHCPv6.MessageView(reading: octets("01 00 00 01 00 08 00 02 00").span.octets)
        }
        #expect(throws: WireError.truncated(.dhcpv6Option, needed: 4, available: 3)) {
            _ = try DHCPv6.MessageView(reading: octets("01 00 00 01 00 08 00").span.octets)
        }
        // In an association, too.
        #expect(throws: WireError.truncated(.dhcpv6Option, needed: 28, available: 4)) {
            _ = try DHCPv6.TemporaryAddresses(readingAll: octets("00 00 00 01 00 05 00 18").span.octets)
        }
    }

    @Test func `options without number are refused`() {
        let one = octets("00 08 00 00")
        let fine = octets("01 00 00 01") + Array(repeating: one, count: DHCPv6.OptionsView.limit).joined()
        #expect(throws: Never.self) { _ = try DHCPv6.MessageView(reading: fine.span.octets) }
        let octets = fine + one
        #expect(throws: WireError.malformed(.dhcpv6, field: "options")) {
            _ = try DHCPv6.MessageView(reading: octets.span.octets)
        }
    }

    @Test func `an option that comes once may not come twice`() throws {
        let octets = octets("01 00 00 01 00 08 00 02 00 01 00 08 00 02 00 02")
        let view = try DHCPv6.MessageView(reading: octets.span.octets)
        #expect(throws: WireError.malformed(DHCPv6.ElapsedTime.layer, field: "option-code")) {
            _ = try view.options.read(DHCPv6.ElapsedTime.self)
        }
        #expect(try view.options.readAll(DHCPv6.ElapsedTime.self).map(\.hundredths) == [1, 2])
        var rest = octets.span.octets
        let message = try DHCPv6.Message(reading: &rest)
        #expect(throws: WireError.malformed(DHCPv6.ElapsedTime.layer, field: "option-code")) {
            _ = try message.options.read(DHCPv6.ElapsedTime.self)
        }
    }

    /// A Solicit through `count` relay agents.
    static func relayed(_ count: Int) -> DHCPv6.Relayed {
        var relays: [DHCPv6.RelayMessage] = []
        for index in 0..<count {
            var relay = DHCPv6.RelayMessage(
                .relayForward, hopCount: UInt8(count - 1 - index), linkAddress: DHCPv6Sample.address(UInt16(index)),
                peerAddress: IPv6Address(0xFE80, 0, 0, 0, 0, 0, 0, UInt16(index)))
            relay.options.append(DHCPv6.InterfaceIdentifier("port\(index)"))
            relays.append(relay)
        }
        return DHCPv6.Relayed(relays: relays, message: DHCPv6.Message(.solicit, transactionID: 7))
    }

    @Test func `a relayed message is what RFC 8415 draws`() throws {
        let octets = octets(
            """
            0c 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            00 12 00 05 70 6f 72 74 30  00 09 00 04 01 00 00 07
            """)
        #expect(written { Self.relayed(1).write(to: &$0) } == octets)
        let isRelayed = DHCPv6.isRelayed(octets.span.octets)
        #expect(isRelayed)
        let view = try DHCPv6.RelayView(reading: octets.span.octets)
        #expect(view.type == .relayForward && view.hopCount == 0)
        #expect(view.linkAddress.description == "2001:db8::" && view.peerAddress.description == "fe80::")
        #expect(try view.options.read(DHCPv6.InterfaceIdentifier.self)?.text == "port0")
        guard let inner = view.relayedMessage else {
            Issue.record("there is a message inside")
            return
        }
        let copy = [UInt8](copying: inner)
        #expect(copy == [1, 0, 0, 7])
    }

    @Test(arguments: [0, 1, 8, 32]) func `up to 32 relay agents are seen through`(count: Int) throws {
        let relayed = Self.relayed(count)
        let octets = written { relayed.write(to: &$0) }
        #expect(octets.count == relayed.size)
        var rest = octets.span.octets
        #expect(try DHCPv6.Relayed(reading: &rest) == relayed)
        let left = rest.byteCount
        #expect(left == 0)
    }

    @Test func `more relay agents, or none's message, are refused`() throws {
        let inner = written { Self.relayed(32).write(to: &$0) }
        var outer = DHCPv6.RelayMessage(.relayForward, hopCount: 32, linkAddress: .any, peerAddress: .any)
        outer.options.append(DHCPv6.RelayedMessage(octets: inner))
        let octets = written { outer.write(to: &$0) }
        #expect(throws: WireError.malformed(.dhcpv6Relay, field: "nesting")) {
            var rest = octets.span.octets
            _ = try DHCPv6.Relayed(reading: &rest)
        }
        outer.options.remove(.relayMessage)
        let empty = written { outer.write(to: &$0) }
        #expect(throws: WireError.malformed(.dhcpv6Relay, field: "Relay Message")) {
            var rest = empty.span.octets
            _ = try DHCPv6.Relayed(reading: &rest)
        }
        #expect(throws: WireError.malformed(.dhcpv6Relay, field: "msg-type")) {
            let solicit = [1] + empty.dropFirst()
            _ = try DHCPv6.RelayView(reading: solicit.span.octets)
        }
        for length in 0..<34 {
            #expect(throws: WireError.truncated(.dhcpv6Relay, needed: 34, available: length)) {
                _ = try DHCPv6.RelayView(reading: empty.span.octets.extracting(first: length))
            }
        }
    }

    @Test func `what is read of changed messages is written and read again as the same`() throws {
        var random = SeededRandom(8415)
        var accepted = 0
        let originals =
            try Self.captures.map { try vector("dhcp/\($0)") } + [written { Self.relayed(3).write(to: &$0) }]
        for original in originals {
            for _ in 0..<2000 {
                let octets = mutated(original, with: &random)
                var rest = octets.span.octets
                guard let message = try? DHCPv6.Relayed(reading: &rest) else { continue }
                accepted += 1
                let again = written { message.write(to: &$0) }
                rest = again.span.octets
                #expect(try DHCPv6.Relayed(reading: &rest) == message)
            }
        }
        #expect(accepted > 1000)
    }
}
