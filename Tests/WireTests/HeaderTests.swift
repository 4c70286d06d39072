import Testing
import Wire

@Suite("Headers")
struct HeaderTests {
    // Octets as the figures of IEEE 802.1Q and 802.1ad draw them, around documentation's addresses (RFC 7042, 2.1.2).
    @Test func `an Ethernet header with two tags`() throws {
        let frame = octets("00005e005301 00005e005302 88a8 6064 8100 b00a 86dd")
        let header = try read(EthernetHeader.self, frame)
        #expect(header.destination == MACAddress("00:00:5e:00:53:01"))
        #expect(header.source == MACAddress("00:00:5e:00:53:02"))
        #expect(header.outerTag == VLANTag(type: .serviceVLAN, priority: 3, identifier: 100))
        #expect(header.innerTag == VLANTag(priority: 5, isDropEligible: true, identifier: 10))
        #expect(header.type == .ipv6 && header.length == nil && header.size == 22)
        #expect(written { header.write(to: &$0) } == frame)
    }

    @Test func `a third tag is left where it is`() throws {
        let frame = octets("00005e005301 00005e005302 8100 0001 8100 0002 8100 0003 0800")
        let header = try read(EthernetHeader.self, frame, leaving: 4)
        #expect(header.innerTag?.identifier == 2 && header.type == .vlan)
    }

    @Test func `a frame of IEEE 802.3's kind has a length`() throws {
        // A bridge's configuration message of IEEE 802.1D: to the bridge group, 38 octets, LLC with SAP 42.
        let frame = octets("0180c2000000 00005e005302 0026 424203 0000")
        var rest = frame.span.octets
        let header = try EthernetHeader(reading: &rest)
        #expect(header.length == 38 && header.destination.isMulticast)
        let llc = try LLCHeader(reading: &rest)
        #expect(llc == LLCHeader(destination: 0x42, source: 0x42, control: .unnumbered(3)))
        #expect(!llc.isSNAP && rest.byteCount == 2)
    }

    @Test func `LLC has a control field of two octets in numbered frames`() throws {
        let header = try read(LLCHeader.self, octets("f0 f0 0105"))
        #expect(header.control == .numbered(0x0105))
        // An information frame numbered 0 that awaits number 1 and polls.
        let information = try read(LLCHeader.self, octets("f0 f0 0003"))
        #expect(information.control == .numbered(3) && !information.isSNAP)
        #expect(written { information.write(to: &$0) } == octets("f0 f0 0003"))
    }

    @Test func `SNAP names an EtherType or a maker's protocol`() throws {
        #expect(try read(SNAPHeader.self, octets("000000 0800")) == SNAPHeader(type: .ipv4))
        let discovery = try read(SNAPHeader.self, octets("00000c 2000"))
        #expect(discovery.organization == 0x0C && discovery.type.rawValue == 0x2000)
    }

    @Test(arguments: [
        ("00005e005301 00005e005302 05dd", "Length/Type"), ("00005e005301 00005e005302 05ff", "Length/Type"),
    ])
    func `between a length and a type is nothing`(frame: String, field: String) {
        #expect(refusal(EthernetHeader.self, octets(frame)) == .malformed(.ethernet, field: field))
    }

    @Test func `a tag's forbidden values are refused`() {
        #expect(refusal(VLANTag.self, octets("8100 0fff")) == .malformed(.vlanTag, field: "VID"))
        #expect(refusal(VLANTag.self, octets("0800 0001")) == .malformed(.vlanTag, field: "TPID"))
        #expect(
            refusal(EthernetHeader.self, octets("00005e005301 00005e005302 8100 ffff 0800"))
                == .malformed(.vlanTag, field: "VID"))
    }

    @Test func `an ARP request asks`() throws {
        let packet = octets("0001 0800 06 04 0001 00005e005302 c0000202 000000000000 c0000201")
        let request = try read(ARPPacket.self, packet)
        #expect(
            request
                == ARPPacket(
                    operation: .request, senderHardwareAddress: MACAddress(0, 0, 0x5E, 0, 0x53, 2),
                    senderAddress: IPv4Address(192, 0, 2, 2), targetAddress: IPv4Address(192, 0, 2, 1)))
        #expect(written { request.write(to: &$0) } == packet)
    }

    @Test(
        arguments: [
            (1, 6, "ar$hrd"), (2, 9, "ar$pro"), (4, 8, "ar$hln"), (5, 16, "ar$pln"),
        ] as [(Int, UInt8, String)])
    func `ARP for other links or protocols is refused`(offset: Int, value: UInt8, field: String) {
        var packet = octets("0001 0800 06 04 0001 00005e005302 c0000202 000000000000 c0000201")
        packet[offset] = value
        #expect(refusal(ARPPacket.self, packet) == .malformed(.arp, field: field))
    }

    // The header of a DNS answer of 115 octets, as it is often used to explain the checksum.
    @Test func `an IPv4 header`() throws {
        let packet = octets("45 00 0073 0000 4000 40 11 b861 c0a80001 c0a800c7")
        var header = try read(IPv4Header.self, packet)
        #expect(header.totalLength == 115 && header.payloadLength == 95 && header.size == 20)
        #expect(header.flags == .doNotFragment && header.fragmentOffset == 0 && !header.isFragment)
        #expect(header.timeToLive == 64 && header.protocol == .udp && header.isChecksumValid)
        #expect(header.source.description == "192.168.0.1" && header.destination.description == "192.168.0.199")
        let made = IPv4Header(
            source: header.source, destination: header.destination, protocol: .udp, payloadLength: 95)
        #expect(made == header)
        #expect(written { made.write(to: &$0) } == packet)
        header.identification = 1
        #expect(!header.isChecksumValid)
        header.updateChecksum()
        #expect(header.checksum == 0xB860 && header.isChecksumValid)
    }

    @Test func `forwarding takes one hop, and keeps the checksum right`() {
        for hops in 0...255 as ClosedRange<UInt8> {
            var header = IPv4Header(
                source: IPv4Address(10, 0, 0, 1), destination: IPv4Address(10, 0, 0, 2), protocol: .tcp,
                payloadLength: 20, timeToLive: hops)
            let before = header
            if hops > 1 {
                #expect(header.decrementTimeToLive() && header.timeToLive == hops - 1 && header.isChecksumValid)
            } else {
                #expect(!header.decrementTimeToLive() && header == before)
            }
        }
    }

    // RFC 2113: a router alert, as IGMP sends it (RFC 2236).
    @Test func `IPv4 options are kept, and read one by one`() throws {
        let packet = octets("46 c0 0020 0000 4000 01 02 81ff c0000202 e0000016 94 04 0000")
        let header = try read(IPv4Header.self, packet)
        #expect(header.size == 24 && header.payloadLength == 8 && header.trafficClass == 0xC0)
        #expect(header.protocol == .igmp && header.destination.isMulticast)
        var reader = header.options.makeReader()
        let alert = try reader.next()
        #expect(alert?.type == IPv4Options.Option.routerAlert && alert?.value.count == 2)
        #expect(try reader.next() == nil)
        #expect(written { header.write(to: &$0) } == packet)
        var options = IPv4Options()
        options.append(try #require(alert))
        let made = IPv4Header(
            source: header.source, destination: header.destination, protocol: .igmp, payloadLength: 8, flags: [],
            timeToLive: 1,
            trafficClass: 0xC0, options: options)
        #expect(made.isChecksumValid && made.options == header.options && made.size == 24)
        #expect(header.checksum == made.checksum)
    }

    @Test(arguments: [
        ("94", "a length is missing"), ("94 01", "shorter than itself"), ("94 00", "shorter than itself"),
        ("94 05 00 00", "longer than the list"), ("01 01 94 03", "longer than the list"),
    ])
    func `an IPv4 option with a wrong length is refused`(list: String, reason: Comment) {
        var options = IPv4Options()
        options.octets.append(octets(list).span.octets)
        var reader = options.makeReader()
        #expect(throws: WireError.malformed(.ipv4Options, field: "Length"), reason) {
            while try reader.next() != nil {}
        }
        #expect((try? reader.next()) == .some(nil))
    }

    @Test(arguments: [
        ("55 00 0014 0000 0000 40 11 0000 c0a80001 c0a800c7", "Version"),
        ("44 00 0014 0000 0000 40 11 0000 c0a80001 c0a800c7", "IHL"),
        ("45 00 0013 0000 0000 40 11 0000 c0a80001 c0a800c7", "Total Length"),
    ])
    func `an IPv4 header's forbidden values are refused`(packet: String, field: String) {
        #expect(refusal(IPv4Header.self, octets(packet)) == .malformed(.ipv4, field: field))
    }

    @Test func `an IPv4 fragment says where it belongs`() throws {
        let header = try read(IPv4Header.self, octets("45 00 05dc 1234 60b9 40 11 0000 c0a80001 c0a800c7"))
        #expect(header.fragmentOffset == 1480 && header.flags == [.moreFragments, .doNotFragment] && header.isFragment)
    }

    @Test func `an IPv6 header`() throws {
        let packet = octets(
            "6 ab 12345 0020 06 3f 20010db8000000000000000000000001 20010db8000000000000000000000002")
        let header = try read(IPv6Header.self, packet)
        #expect(header.trafficClass == 0xAB && header.flowLabel == 0x12345 && header.payloadLength == 32)
        #expect(header.nextHeader == .tcp && header.hopLimit == 63)
        #expect(header.source == IPv6Address("2001:db8::1") && header.destination == IPv6Address("2001:db8::2"))
        #expect(written { header.write(to: &$0) } == packet)
        #expect(refusal(IPv6Header.self, [0x45] + packet.dropFirst()) == .malformed(.ipv6, field: "Version"))
    }

    @Test func `IPv6 extension headers are measured by their kind`() throws {
        // Hop-by-hop with a router alert for MLD (RFC 2711), as RFC 3810 sends it.
        let list = octets("3a 00 0502 0000 0100")
        var rest = list.span.octets
        let header = try IPv6Extension(.hopByHop, reading: &rest)
        #expect(header.nextHeader == .icmpv6 && header.octets.byteCount == 8 && rest.byteCount == 0)
        guard var options = header.options else {
            Issue.record("a hop-by-hop header has options")
            return
        }
        let routerAlert = try options.next()
        #expect(routerAlert?.type == IPv6Options.Option.routerAlert && routerAlert?.value == 2..<4)
        let longPadding = try options.next()
        #expect(longPadding?.type == IPv6Options.Option.longPadding && longPadding?.value == 6..<6)
        let end = try options.next()
        #expect(end == nil)

        for (kind, second, size) in [
            (.authentication, 4, 24), (.routing, 2, 24), (.fragment, 200, 8), (.destinationOptions, 255, 2048),
        ] as [(IPProtocol, UInt8, Int)] {
            let header = [6, second] + [UInt8](repeating: 1, count: 2046)
            var rest = header.span.octets
            let extensionSize = try IPv6Extension(kind, reading: &rest).octets.byteCount
            #expect(extensionSize == size)
            #expect(rest.byteCount == 2048 - size)
            var cut = header.span.octets.extracting(first: size - 1)
            #expect(throws: WireError.truncated(.ipv6Extension, needed: size, available: size - 1)) {
                _ = try IPv6Extension(kind, reading: &cut)
            }
        }
    }

    @Test func `a routing header tells its kind`() throws {
        let header = octets("06 02 00 01 00000000 20010db8000000000000000000000001")
        var rest = header.span.octets
        let routing = try IPv6Extension(.routing, reading: &rest)
        let (type, left) = (routing.routingType, routing.segmentsLeft)
        #expect(type == 0 && left == 1)
        let hasOptions = routing.options != nil
        #expect(!hasOptions)
    }

    @Test(arguments: ["05", "05 02 00", "01 ff 00 00", "00 00 00 c2 05 00 00 00 00"])
    func `an IPv6 option with a wrong length is refused`(list: String) {
        let list = octets(list)
        #expect(throws: WireError.malformed(.ipv6Options, field: "Opt Data Len")) {
            var options = IPv6Options(list.span.octets)
            while try options.next() != nil {}
        }
    }

    @Test func `so many IPv6 options, and no more`() {
        for (count, fits) in [(IPv6Options.limit, true), (IPv6Options.limit + 1, false)] {
            let list = [UInt8](repeating: 0, count: count)
            var options = IPv6Options(list.span.octets)
            var read = 0
            do throws(WireError) {
                while try options.next() != nil { read += 1 }
                #expect(fits)
            } catch {
                #expect(!fits && error == .malformed(.ipv6Options, field: "Option Count"))
            }
            #expect(read == IPv6Options.limit)
        }
    }

    @Test func `an IPv6 fragment says where it belongs`() throws {
        let packet = octets("11 00 05a9 deadbeef")
        let header = try read(IPv6FragmentHeader.self, packet)
        #expect(header.offset == 1448 && header.hasMore && header.identification == 0xDEAD_BEEF && !header.isWhole)
        #expect(written { header.write(to: &$0) } == packet)
        #expect(try read(IPv6FragmentHeader.self, octets("11 00 0000 00000001")).isWhole)
    }

    // An echo request of Linux's ping: identifier 1, number 2; the checksum by hand.
    @Test func `ICMP echoes`() throws {
        var request = try read(ICMPv4Header.self, octets("08 00 f7fc 0001 0002"))
        #expect(request.type == .echoRequest && request.identifier == 1 && request.sequenceNumber == 2)
        let none: [UInt8] = []
        #expect(request.isChecksumValid(payload: none))
        request.type = .echoReply
        request.updateChecksum(payload: none.span.octets)
        #expect(request.checksum == 0xFFFC)
        #expect(ICMPv4Header(type: .echoRequest, identifier: 1, sequenceNumber: 2).parameter == 0x1_0002)
        var six = ICMPv6Header(type: .echoRequest, identifier: 1, sequenceNumber: 2)
        six.updateChecksum(source: .loopback, destination: .loopback, payload: none.span.octets)
        // The complement of 8000 + 1 + 2 + 1 + 1 + length 8 + next header 3a.
        #expect(six.checksum == 0x7FB8)
        #expect(six.isChecksumValid(source: .loopback, destination: .loopback, payload: none))
        #expect(!six.isChecksumValid(source: .loopback, destination: .any, payload: none))
    }

    @Test func `ICMP errors tell what a sender needs`() throws {
        let tooBig = try read(ICMPv4Header.self, octets("03 04 0000 0000 05dc"))
        #expect(tooBig.type == .destinationUnreachable && tooBig.type.isError && tooBig.nextHopMTU == 1500)
        #expect(try read(ICMPv4Header.self, octets("05 01 0000 c0000201")).gatewayAddress == IPv4Address("192.0.2.1"))
        #expect(try read(ICMPv4Header.self, octets("0c 00 0000 09000000")).pointer == 9)
        let six = try read(ICMPv6Header.self, octets("02 00 0000 00000500"))
        #expect(six.type == .packetTooBig && six.type.isError && six.maximumTransmissionUnit == 1280)
        #expect(try read(ICMPv6Header.self, octets("04 01 0000 00000028")).pointer == 40)
        #expect(!ICMPv6Header.Kind.echoRequest.isError && !ICMPv4Header.Kind.echoReply.isError)
    }

    @Test func `a UDP header`() throws {
        let header = try read(UDPHeader.self, octets("c350 0035 0020 1234"))
        #expect(header.source == 50000 && header.destination == 53)
        #expect(header.length == 32 && header.payloadLength == 24 && header.checksum == 0x1234)
        #expect(refusal(UDPHeader.self, octets("c350 0035 0007 0000")) == .malformed(.udp, field: "Length"))
    }

    // A SYN as Linux sends it over loopback: MSS 65495, SACK permitted, timestamps, window scale 7.
    @Test func `a TCP header with its options`() throws {
        let packet = octets(
            "bdda 0050 499602d2 00000000 a002 ffd7 0000 0000 0204 ffd7 0402 080a 3ade68b1 00000000 01 0303 07")
        let header = try read(TCPHeader.self, packet)
        #expect(header.source == 48602 && header.destination == 80 && header.sequenceNumber == 1_234_567_890)
        #expect(header.flags == .synchronize && header.window == 65495 && header.size == 40)
        var reader = header.options.makeReader()
        var options: [TCPOption] = []
        while let option = try reader.next() { options.append(option) }
        #expect(
            options == [
                .maximumSegmentSize(65495), .selectiveAcknowledgmentPermitted,
                .timestamps(value: 987_654_321, echo: 0), .noOperation, .windowScale(7),
            ])
        var made = TCPOptions()
        for option in options { made.append(option) }
        #expect(made == header.options)
        #expect(written { header.write(to: &$0) } == packet)
    }

    @Test func `a TCP checksum covers addresses, header, options and payload`() {
        let payload = Array("GET".utf8)
        var options = TCPOptions()
        options.append(.windowScale(7))
        var header = TCPHeader(source: 1, destination: 2, sequenceNumber: 3, flags: .all, window: 4, options: options)
        let pseudo = Checksum(
            source: IPv6Address(1, 2, 3, 4, 5, 6, 7, 8), destination: .loopback, protocol: .tcp, length: header.size + 3
        )
        header.updateChecksum(pseudoHeader: pseudo, payload: payload.span.octets)
        #expect(header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
        var whole = pseudo
        whole.add(written { header.write(to: &$0) }.span.octets)
        whole.add(payload.span.octets)
        #expect(whole.isValid)
        header.flags.remove(.finish)
        #expect(!header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
    }

    @Test func `options are padded to whole words`() {
        var options = TCPOptions()
        options.append(.windowScale(7))
        let header = TCPHeader(source: 1, destination: 2, sequenceNumber: 3, flags: .synchronize, options: options)
        #expect(header.size == 24)
        #expect(written(header.write).suffix(12) == octets("6002 0000 0000 0000 03 03 07 00"))
    }

    @Test func `selective acknowledgments come in runs`() throws {
        var options = TCPOptions()
        options.octets.append(octets("05 12 00000001 00000002 00000003 ffffffff").span.octets)
        var reader = options.makeReader()
        let option = try #require(try reader.next())
        #expect(option.blockCount == 2)
        #expect(option.block(1) == (first: 3, end: .max))
        #expect(TCPOption.noOperation.blockCount == 0)
    }

    @Test(arguments: [
        "02 03 01", "02 05 00 00 00", "03 02", "04 03 00", "08 09 00000000000000", "05 02", "05 0b 0000000000000000 00",
        "fe", "fe 01", "fe 00", "fe 06 00", "01 02 04 05",
    ])
    func `a TCP option with a wrong length is refused`(list: String) {
        var options = TCPOptions()
        options.octets.append(octets(list).span.octets)
        var reader = options.makeReader()
        #expect(throws: WireError.malformed(.tcpOptions, field: "Length")) {
            while try reader.next() != nil {}
        }
        #expect((try? reader.next()) == .some(nil))
    }

    @Test func `a TCP header shorter than itself is refused`() {
        let packet = octets("0001 0002 00000003 00000004 4002 ffff 0000 0000")
        #expect(refusal(TCPHeader.self, packet) == .malformed(.tcp, field: "DOffset"))
    }

    @Test func `errors are for people, too`() {
        #expect(
            WireError.truncated(.udp, needed: 8, available: 3).description
                == "UDP is cut short: 8 octets are needed, 3 are left")
        #expect(WireError.malformed(.tcp, field: "DOffset").description == "TCP has a forbidden value in DOffset")
        #expect(WireError.malformed(.tcp, field: "DOffset").layer == .tcp)
        #expect(EtherType.arp.description == "0x0806" && IPProtocol.tcp.description == "6")
    }
}
