import DHCP
import Testing
import Wire

@Suite("DHCPv4 message")
struct DHCPv4MessageTests {
    static let captures = [
        "udhcpc-discover", "dnsmasq-offer", "udhcpc-request", "dnsmasq-acknowledge", "dhclient-discover",
        "dhclient-request",
    ]

    /// A message of 240 octets, then `options`.
    static func message(_ options: String, file: [UInt8] = [], serverName: [UInt8] = []) -> [UInt8] {
        var message = octets("01 01 06 00 12 34 56 78 00 00 80 00") + [UInt8](repeating: 0, count: 16)
        message += octets("00 00 5e 00 53 01") + [UInt8](repeating: 0, count: 10)
        message += serverName + [UInt8](repeating: 0, count: 64 - serverName.count)
        message += file + [UInt8](repeating: 0, count: 128 - file.count)
        return message + octets("63 82 53 63") + octets(options)
    }

    @Test func `what dnsmasq answers is read field by field`() throws {
        let octets = try vector("dhcp/dnsmasq-acknowledge")
        let view = try DHCPv4.MessageView(reading: octets.span.octets)
        #expect(view.header.operation == .reply)
        #expect(view.header.hardwareAddress.macAddress == MACAddress("ee:18:42:95:60:a0"))
        #expect(view.header.transactionID == 0x22F4_3149)
        #expect(view.header.seconds == 3)
        #expect(!view.header.isBroadcast)
        #expect(view.header.yourAddress == IPv4Address(192, 0, 2, 120))
        #expect(view.header.nextServerAddress == IPv4Address(192, 0, 2, 1))
        #expect(view.header.gatewayAddress.isUnspecified)
        #expect(try view.messageType == .acknowledge)
        #expect(try view.read(DHCPv4.ServerIdentifier.self)?.address == IPv4Address(192, 0, 2, 1))
        #expect(try view.read(DHCPv4.LeaseTime.self)?.time == .seconds(3600))
        #expect(try view.read(DHCPv4.RenewalTime.self)?.time.duration == .seconds(1800))
        #expect(try view.read(DHCPv4.SubnetMask.self)?.prefixLength == 24)
        #expect(try view.read(DHCPv4.HostName.self)?.text == "box")
        #expect(try view.read(DHCPv4.ClientFQDN.self)?.name?.domain.description == "box.example.com")
        #expect(
            try view.read(DHCPv4.DomainSearch.self)?.domains.map(\.description) == ["eng.example.com", "example.com"])
        let routes = try view.read(DHCPv4.ClasslessStaticRoutes.self)?.routes
        #expect(routes?.map(\.destination.description) == ["10.0.0.0/8", "0.0.0.0/0"])
        #expect(try view.read(DHCPv4.RelayAgentInformation.self) == nil)
    }

    @Test func `what clients ask is read field by field`() throws {
        let octets = try vector("dhcp/udhcpc-request")
        let view = try DHCPv4.MessageView(reading: octets.span.octets)
        #expect(try view.messageType == .request)
        #expect(try view.read(DHCPv4.RequestedAddress.self)?.address == IPv4Address(192, 0, 2, 120))
        #expect(try view.read(DHCPv4.MaximumMessageSize.self)?.limit == 576 - 28)
        #expect(try view.read(DHCPv4.VendorClassIdentifier.self)?.text == "busy")
        #expect(
            try view.read(DHCPv4.ParameterRequestList.self)?.codes.map(\.rawValue) == [
                1, 3, 6, 12, 15, 28, 42, 119, 121,
            ])
        #expect(try view.read(DHCPv4.ClientIdentifier.self)?.type == 1)
        let discover = try vector("dhcp/dhclient-discover")
        #expect(try DHCPv4.MessageView(reading: discover.span.octets).messageType == .discover)
    }

    @Test(arguments: captures)
    func `what was captured is written as it was`(name: String) throws {
        let octets = try vector("dhcp/\(name)")
        var rest = octets.span.octets
        let message = try DHCPv4.Message(reading: &rest)
        let left = rest.byteCount
        #expect(left == 0)
        // Behind the end there may be zeros, as many as the sender liked.
        let again = written { message.write(to: &$0) }
        #expect(again.count == message.size)
        let count = max(again.count, octets.count)
        func padded(_ octets: [UInt8]) -> [UInt8] { octets + [UInt8](repeating: 0, count: count - octets.count) }
        #expect(padded(again) == padded(octets))
    }

    @Test(arguments: captures)
    func `a message cut short is refused, unless it ends behind an option`(name: String) throws {
        let octets = try vector("dhcp/\(name)")
        var rest = octets.span.octets
        let whole = try DHCPv4.Message(reading: &rest)
        // Where options end: there, only the end option is missing.
        var ends: Set<Int> = [240]
        for option in whole.options.raw { ends.insert((ends.max() ?? 0) + option.framedSize) }
        let last = ends.max() ?? 0
        for length in octets.indices {
            var cut = octets.span.octets.extracting(first: length)
            let message = try? DHCPv4.Message(reading: &cut)
            #expect((message != nil) == (ends.contains(length) || length > last), "\(length) octets")
            if length < 240 {
                #expect(throws: WireError.truncated(.dhcpv4, needed: 240, available: length)) {
                    _ = try DHCPv4.MessageView(reading: octets.span.octets.extracting(first: length))
                }
            }
        }
    }

    @Test(arguments: [
        (0, 0, "op"), (0, 3, "op"), (2, 17, "hlen"), (2, 255, "hlen"), (236, 0, "magic cookie"),
        (239, 0, "magic cookie"),
    ])
    func `a forbidden value is refused by the field's name`(offset: Int, value: UInt8, field: String) {
        var octets = Self.message("35 01 01 ff")
        octets[offset] = value
        #expect(throws: WireError.malformed(.dhcpv4, field: field)) {
            _ = try DHCPv4.MessageView(reading: octets.span.octets)
        }
    }

    @Test(arguments: [0, 1, 6, 16]) func `a hardware address has as many octets as it says`(count: UInt8) throws {
        var octets = Self.message("35 01 01 ff")
        octets[2] = count
        octets.replaceSubrange(28..<44, with: 1...16)
        let address = try DHCPv4.MessageView(reading: octets.span.octets).header.hardwareAddress
        #expect(address.octets == Array(1..<1 + count))
        #expect((address.macAddress != nil) == (count == 6))
    }

    @Test func `pieces of an option are put together in the order of RFC 3396`() throws {
        // Options, then file, then sname; 52 inside of a field means nothing.
        let octets = Self.message(
            "35 01 01 34 01 03 0c 01 61 00 0c 01 62 ff 0c 01 78", file: octets("0c 01 63 34 01 01 ff"),
            serverName: octets("00 0c 01 64 ff"))
        let view = try DHCPv4.MessageView(reading: octets.span.octets)
        #expect(try view.read(DHCPv4.HostName.self)?.text == "abcd")
        let left = view.bootFile.byteCount + view.serverName.byteCount
        #expect(left == 0)
        #expect(view.has(.hostName) && !view.has(.subnetMask))
        var rest = octets.span.octets
        let message = try DHCPv4.Message(reading: &rest)
        #expect(message.options.raw.map(\.code) == [.messageType, .hostName])
        #expect(try message.options.read(DHCPv4.HostName.self)?.text == "abcd")
    }

    @Test func `without overload, the fields are text`() throws {
        let octets = Self.message("35 01 01 ff", file: Array("boot.efi".utf8), serverName: Array("tftp".utf8))
        var rest = octets.span.octets
        let message = try DHCPv4.Message(reading: &rest)
        #expect(message.bootFile == Array("boot.efi".utf8))
        #expect(message.serverName == Array("tftp".utf8))
        #expect(Array(written { message.write(to: &$0) }.prefix(octets.count)) == octets)
    }

    @Test(arguments: [
        ("35 01 01 34 01 00 ff", WireError.malformed(DHCPv4.OptionOverload.layer, field: "Value")),
        ("34 01 01 34 01 02 ff", .malformed(DHCPv4.OptionOverload.layer, field: "code")),
        ("35 02 01", .truncated(.dhcpv4Option, needed: 4, available: 3)),
        ("35", .truncated(.dhcpv4Option, needed: 2, available: 1)),
    ])
    func `options that do not fit are refused`(options: String, error: WireError) {
        let octets = Self.message(options)
        #expect(throws: error) { _ = try DHCPv4.MessageView(reading: octets.span.octets) }
    }

    @Test func `an option that overloads into a field that does not hold options is refused`() {
        let octets = Self.message("34 01 02 ff", serverName: [UInt8](repeating: 12, count: 63) + [255])
        #expect(throws: WireError.self) { _ = try DHCPv4.MessageView(reading: octets.span.octets) }
    }

    @Test func `a type said twice is no type`() throws {
        let octets = Self.message("35 01 01 35 01 03 ff")
        let view = try DHCPv4.MessageView(reading: octets.span.octets)
        #expect(throws: WireError.malformed(DHCPv4.MessageType.layer, field: "Len")) { _ = try view.messageType }
    }

    @Test func `pieces without number are refused`() {
        let fine = Self.message(String(repeating: "0c 00", count: DHCPv4.MessageView.pieceLimit) + "ff")
        #expect(throws: Never.self) { _ = try DHCPv4.MessageView(reading: fine.span.octets) }
        let octets = Self.message(String(repeating: "0c 00", count: DHCPv4.MessageView.pieceLimit + 1) + "ff")
        #expect(throws: WireError.malformed(.dhcpv4, field: "options")) {
            _ = try DHCPv4.MessageView(reading: octets.span.octets)
        }
    }

    @Test(arguments: [1, 254, 255, 256, 510, 511, 2000])
    func `a long option is written in pieces and read whole`(count: Int) throws {
        let header = DHCPv4.Header(operation: .reply, hardwareAddress: .init(.zero), transactionID: 1)
        var message = DHCPv4.Message(.acknowledge, header: header)
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        message.options.set(DHCPv4.VendorInformation(octets: value))
        let octets = written { message.write(to: &$0) }
        #expect(octets[243...245].elementsEqual([43, UInt8(min(count, 255)), 0]))
        let view = try DHCPv4.MessageView(reading: octets.span.octets)
        #expect(try view.read(DHCPv4.VendorInformation.self)?.octets == value)
        // Written by itself, a typed option is split in the same way.
        let framed = written { DHCPv4.VendorInformation(octets: value).writeFramed(to: &$0) }
        #expect(Array(octets[243..<243 + framed.count]) == framed)
    }

    @Test func `options go into file and sname when the message may not be longer`() throws {
        let header = DHCPv4.Header(operation: .reply, hardwareAddress: .init(.zero), transactionID: 1)
        var message = DHCPv4.Message(.offer, header: header)
        for code in UInt8(224)...230 {
            message.options.set(
                DHCPv4.RawOption(code: .init(rawValue: code), value: [UInt8](repeating: code, count: 40)))
        }
        // 241 + 3 + 7 * 42 octets; 59 are left behind the cookie of a message of 300.
        let octets = written { #expect(message.write(to: &$0, limit: 300) == 2) }
        #expect(octets.count == 300)
        var rest = octets.span.octets
        let read = try DHCPv4.Message(reading: &rest)
        // One of 42 octets behind the type, three in `file`, one in `sname`.
        #expect(read.options.raw == Array(message.options.raw.prefix(6)))
        #expect(octets[240..<249].elementsEqual([52, 1, 3, 53, 1, 2, 224, 40, 224]))
        message.bootFile = [0x78]
        let withFile = written { #expect(message.write(to: &$0, limit: 300) == 5) }
        rest = withFile.span.octets
        let reread = try DHCPv4.Message(reading: &rest)
        #expect(reread.bootFile == [0x78])
        #expect(reread.options.raw == Array(message.options.raw.prefix(3)))
    }

    @Test func `options are set, replaced and removed in their places`() throws {
        var options = DHCPv4.Options()
        options.set(DHCPv4.MessageType.discover)
        options.set(DHCPv4.HostName("a"))
        options.set(DHCPv4.MessageType.request)
        #expect(options.raw.map(\.code) == [.messageType, .hostName])
        #expect(try options.read(DHCPv4.MessageType.self) == .request)
        options.remove(.messageType)
        #expect(options.raw.count == 1 && options[.messageType] == nil)
        #expect(options.size == 3)
    }

    @Test func `what is read of changed messages is written and read again as the same`() throws {
        var random = SeededRandom(2131)
        var accepted = 0
        for name in Self.captures {
            let original = try vector("dhcp/\(name)")
            for _ in 0..<1000 {
                let octets = mutated(original, with: &random)
                var rest = octets.span.octets
                guard let message = try? DHCPv4.Message(reading: &rest) else { continue }
                accepted += 1
                let again = written { #expect(message.write(to: &$0) == 0) }
                rest = again.span.octets
                #expect(try DHCPv4.Message(reading: &rest) == message)
            }
        }
        #expect(accepted > 1000)
    }
}
