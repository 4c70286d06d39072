import Testing
import Wire

@Suite("Dissection")
struct DissectionTests {
    /// A frame and where its parts lie, which the tests take apart.
    private struct Sample {
        var octets: [UInt8] = []
        var payload = 0..<0

        mutating func append(_ write: (inout OutputSpan<UInt8>) -> Void) { octets += written(write) }
        mutating func append(payload octets: [UInt8]) {
            payload = self.octets.count..<self.octets.count + octets.count
            self.octets += octets
        }
    }

    private let source4 = IPv4Address(192, 0, 2, 1)
    private let target4 = IPv4Address(192, 0, 2, 2)
    private let source6 = IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1)
    private let target6 = IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 2)

    private func ethernet(_ type: EtherType, tags: [VLANTag] = []) -> EthernetHeader {
        EthernetHeader(
            destination: MACAddress(0, 0, 0x5E, 0, 0x53, 1), source: MACAddress(0, 0, 0x5E, 0, 0x53, 2),
            outerTag: tags.first, innerTag: tags.dropFirst().first, type: type)
    }

    private func udpOverIPv4() -> Sample {
        var sample = Sample()
        sample.append(
            ethernet(.ipv4, tags: [VLANTag(type: .serviceVLAN, identifier: 7), VLANTag(identifier: 8)]).write)
        sample.append(
            IPv4Header(source: source4, destination: target4, protocol: .udp, payloadLength: 12).write)
        sample.append(UDPHeader(source: 1000, destination: 53, payloadLength: 4).write)
        sample.append(payload: [1, 2, 3, 4])
        return sample
    }

    @Test func `a datagram, layer by layer`() {
        var sample = udpOverIPv4()
        // Padding, as Ethernet has it in short frames, is not payload.
        sample.octets += [0, 0, 0, 0, 0, 0]
        let frame = Dissection(sample.octets.span.octets)
        #expect(frame.ethernet?.innerTag?.identifier == 8)
        #expect(frame.ipv4?.source == source4 && frame.networkOffset == 22)
        #expect(frame.transport == .udp(UDPHeader(source: 1000, destination: 53, payloadLength: 4)))
        #expect(frame.transportOffset == 42 && frame.payload == sample.payload)
        #expect(frame.error == nil && frame.missing == 0 && frame.protocol == .udp && !frame.isFragment)
    }

    @Test func `every truncation keeps what came before`() {
        let whole = udpOverIPv4()
        let layers: [(Range<Int>, Layer)] = [
            (0..<14, .ethernet), (14..<16, .vlanTag), (16..<18, .vlanTag), (18..<20, .vlanTag), (20..<22, .ethernet),
            (22..<42, .ipv4), (42..<50, .udp),
        ]
        for length in 0..<whole.octets.count {
            let cut = Array(whole.octets.prefix(length))
            let frame = Dissection(cut.span.octets)
            #expect(frame.payload.upperBound == length)
            guard length < 50 else {
                #expect(frame.error == nil && frame.missing == 54 - length)
                #expect(frame.payload == 50..<length)
                continue
            }
            #expect(frame.error != nil, "\(length) octets")
            #expect((frame.ethernet != nil) == (length >= 22))
            #expect((frame.network != nil) == (length >= 42))
            #expect(frame.transport == nil)
            if length >= 22 {
                let layer = layers.last { $0.0.contains(length) }?.1
                #expect(frame.error?.layer == layer)
                #expect(frame.errorOffset == (length < 42 ? 22 : 42))
            } else {
                #expect(frame.errorOffset == 0)
            }
        }
    }

    @Test func `behind IPv6 extension headers`() throws {
        var sample = Sample()
        sample.append(
            IPv6Header(source: source6, destination: target6, nextHeader: .hopByHop, payloadLength: 8 + 8 + 24 + 3)
                .write)
        sample.append(payload: octets("3c 00 0104 00000000"))
        sample.append(payload: octets("06 00 0104 00000000"))
        var options = TCPOptions()
        options.append(.maximumSegmentSize(1440))
        let segment = TCPHeader(
            source: 1, destination: 2, sequenceNumber: 3, flags: [.acknowledgment, .push], options: options)
        sample.append(segment.write)
        sample.append(payload: [7, 8, 9])
        for start in [.internetProtocol, .etherType(.ipv6)] as [Dissection.Start] {
            let frame = Dissection(sample.octets.span.octets, from: start)
            #expect(frame.extensions == 40..<56 && frame.extensionCount == 2 && frame.protocol == .tcp)
            #expect(frame.transport == .tcp(segment) && frame.transportOffset == 56)
            #expect(frame.payload == sample.payload && frame.error == nil && frame.ethernet == nil)
        }
    }

    @Test func `IPv6 extension headers are bounded, and in order`() {
        for (count, fits) in [(IPv6Extension.limit, true), (IPv6Extension.limit + 1, false)] {
            var sample = Sample()
            sample.append(
                IPv6Header(
                    source: source6, destination: target6, nextHeader: .destinationOptions, payloadLength: 8 * count
                ).write)
            for index in 0..<count {
                sample.append(payload: octets(index + 1 < count ? "3c00" : "3b00") + octets("0104 00000000"))
            }
            let frame = Dissection(sample.octets.span.octets, from: .internetProtocol)
            #expect(frame.extensionCount == IPv6Extension.limit)
            #expect((frame.error == nil) == fits)
            #expect(frame.protocol == (fits ? IPProtocol.none : .destinationOptions))
        }
        var late = Sample()
        late.append(
            IPv6Header(source: source6, destination: target6, nextHeader: .destinationOptions, payloadLength: 16).write)
        late.append(payload: octets("00 00 0104 00000000 3b 00 0104 00000000"))
        let frame = Dissection(late.octets.span.octets, from: .internetProtocol)
        #expect(frame.error == .malformed(.ipv6Extension, field: "Next Header") && frame.errorOffset == 48)
    }

    @Test func `only the first fragment has a transport header`() {
        for (offset, hasTransport) in [(0, true), (8, false)] {
            var four = Sample()
            four.append(
                IPv4Header(
                    source: source4, destination: target4, protocol: .udp, payloadLength: 16, flags: .moreFragments,
                    fragmentOffset: offset
                ).write)
            four.append(UDPHeader(source: 1, destination: 2, payloadLength: 2000).write)
            four.append(payload: [UInt8](repeating: 0, count: 8))
            let frame4 = Dissection(four.octets.span.octets, from: .internetProtocol)
            #expect((frame4.transport != nil) == hasTransport && frame4.isFragment && frame4.error == nil)
            #expect(frame4.payload == (hasTransport ? 28..<36 : 20..<36) && frame4.missing == 0)

            var six = Sample()
            six.append(
                IPv6Header(source: source6, destination: target6, nextHeader: .fragment, payloadLength: 24).write)
            six.append(
                IPv6FragmentHeader(nextHeader: .udp, offset: offset, hasMore: true, identification: 1).write)
            six.append(UDPHeader(source: 1, destination: 2, payloadLength: 2000).write)
            six.append(payload: [UInt8](repeating: 0, count: 8))
            let frame6 = Dissection(six.octets.span.octets, from: .internetProtocol)
            #expect((frame6.transport != nil) == hasTransport && frame6.isFragment && frame6.error == nil)
            #expect(frame6.payload == (hasTransport ? 56..<64 : 48..<64) && frame6.missing == 0)
            #expect(frame6.fragment?.offset == offset)
        }
    }

    @Test func `ARP, LLC and SNAP`() {
        var arp = Sample()
        arp.append(ethernet(.arp).write)
        let request = ARPPacket(
            operation: .request, senderHardwareAddress: .zero, senderAddress: source4, targetAddress: target4)
        arp.append(request.write)
        arp.octets += [UInt8](repeating: 0, count: 18)
        let asked = Dissection(arp.octets.span.octets)
        #expect(asked.network == .arp(request) && asked.payload == 42..<42 && asked.protocol == nil)

        var snap = Sample()
        snap.append(ethernet(EtherType(rawValue: 8 + 20 + 8)).write)
        snap.append(LLCHeader(destination: 0xAA, source: 0xAA, control: .unnumbered(3)).write)
        snap.append(SNAPHeader(type: .ipv4).write)
        snap.append(IPv4Header(source: source4, destination: target4, protocol: .icmp, payloadLength: 8).write)
        snap.append(ICMPv4Header(type: .echoRequest, identifier: 1, sequenceNumber: 2).write)
        snap.octets += [0, 0]
        let echo = Dissection(snap.octets.span.octets)
        #expect(echo.transport == .icmpv4(ICMPv4Header(type: .echoRequest, identifier: 1, sequenceNumber: 2)))
        #expect(echo.snap?.type == .ipv4 && echo.payload == 50..<50 && echo.error == nil)

        var bridge = Sample()
        bridge.append(ethernet(EtherType(rawValue: 4)).write)
        bridge.append(LLCHeader(destination: 0x42, source: 0x42, control: .unnumbered(3)).write)
        bridge.append(payload: [9])
        bridge.octets += [UInt8](repeating: 0, count: 42)
        let plain = Dissection(bridge.octets.span.octets)
        #expect(plain.llc?.destination == 0x42 && plain.payload == bridge.payload && plain.network == nil)
    }

    @Test func `each ICMP is of its own version`() {
        var sample = Sample()
        sample.append(
            IPv4Header(source: source4, destination: target4, protocol: .icmpv6, payloadLength: 8).write)
        sample.append(payload: [UInt8](repeating: 0, count: 8))
        #expect(Dissection(sample.octets.span.octets, from: .internetProtocol).transport == nil)
        var six = Sample()
        six.append(IPv6Header(source: source6, destination: target6, nextHeader: .icmpv6, payloadLength: 8).write)
        six.append(ICMPv6Header(type: .echoReply, identifier: 3, sequenceNumber: 4).write)
        let frame = Dissection(six.octets.span.octets, from: .internetProtocol)
        #expect(frame.transport == .icmpv6(ICMPv6Header(type: .echoReply, identifier: 3, sequenceNumber: 4)))
    }

    @Test func `a malformed layer is named with its place`() {
        var sample = udpOverIPv4()
        sample.octets[46] = 0
        sample.octets[47] = 7
        let frame = Dissection(sample.octets.span.octets)
        #expect(frame.error == .malformed(.udp, field: "Length") && frame.errorOffset == 42)
        #expect(frame.ipv4 != nil && frame.transport == nil)
    }

    @Test func `any octets are dissected without a trap`() {
        var random = SeededRandom(seed: 6)
        let sample = udpOverIPv4()
        var failed = 0
        for round in 0..<20000 {
            var octets = round % 2 == 0 ? sample.octets : random.octets(Int.random(in: 0...120, using: &random))
            for _ in 0..<Int.random(in: 0...4, using: &random) where !octets.isEmpty {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            for start in [.ethernet, .internetProtocol, .etherType(.ipv6), .etherType(.arp)] as [Dissection.Start] {
                let frame = Dissection(octets.span.octets, from: start)
                if frame.error != nil { failed += 1 }
                #expect((frame.error == nil) == (frame.errorOffset == nil))
                #expect(frame.payload.lowerBound >= 0 && frame.payload.upperBound <= octets.count)
                #expect(frame.missing >= 0)
            }
        }
        #expect(failed > 20000)
    }
}
