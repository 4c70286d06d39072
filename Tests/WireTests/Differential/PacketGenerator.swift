import Wire

/// Frames of every kind that the module writes, from a seed.
struct PacketGenerator {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// A frame as a sender would make it, checksums included but for some that are wrong on purpose.
    mutating func frame() -> [UInt8] {
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1: return ethernet(.arp, arp())
        case 2: return subnetwork()
        case 3...10: return ethernet(.ipv4, ipv4())
        default: return ethernet(.ipv6, ipv6())
        }
    }

    /// A frame with octets changed, removed or added anywhere behind the addresses.
    mutating func mutatedFrame() -> [UInt8] {
        var octets = frame()
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 12..<octets.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: octets.removeSubrange(max(14, place)...)
            case 1: octets.remove(at: place)
            case 2: octets.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 3: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            // Most of what a reader decides on is near the front.
            default:
                octets[Int.random(in: 12..<min(octets.count, 80), using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            if octets.count < 14 { octets += [UInt8](repeating: 0, count: 14 - octets.count) }
        }
        return octets
    }

    private mutating func number<Value: FixedWidthInteger>(_ range: ClosedRange<Value> = .min ... .max) -> Value {
        Value.random(in: range, using: &random)
    }

    private mutating func ethernet(_ type: EtherType, _ payload: [UInt8]) -> [UInt8] {
        let tags: [VLANTag] = (0..<max(0, number(-3...2))).map { index in
            VLANTag(
                type: index == 0 && number(0...1) == 0 ? .serviceVLAN : .vlan, priority: number(0...7),
                isDropEligible: .random(using: &random), identifier: number(0...4094))
        }
        let header = EthernetHeader(
            destination: MACAddress(rawValue: number(0...0xFFFF_FFFF_FFFF)),
            source: MACAddress(rawValue: number(0...0xFEFF_FFFF_FFFF) & ~(1 << 40)),
            outerTag: tags.first, innerTag: tags.dropFirst().first, type: type)
        let padding = number(0...3) == 0 ? [UInt8](repeating: 0, count: max(0, 60 - header.size - payload.count)) : []
        return written(header.write) + payload + padding
    }

    /// An IPv4 packet behind LLC and SNAP.
    private mutating func subnetwork() -> [UInt8] {
        let packet = ipv4(limit: 300)
        let inside =
            written(LLCHeader(destination: 0xAA, source: 0xAA, control: .unnumbered(3)).write)
            + written(SNAPHeader(type: .ipv4).write) + packet
        return ethernet(EtherType(rawValue: UInt16(inside.count)), inside)
    }

    private mutating func arp() -> [UInt8] {
        written(
            ARPPacket(
                operation: number(0...1) == 0 ? .request : .reply,
                senderHardwareAddress: MACAddress(rawValue: number(0...0xFFFF_FFFF_FFFF)),
                senderAddress: IPv4Address(rawValue: number()),
                targetHardwareAddress: MACAddress(rawValue: number(0...0xFFFF_FFFF_FFFF)),
                targetAddress: IPv4Address(rawValue: number())
            ).write)
    }

    private mutating func ipv4(limit: Int = 1200) -> [UInt8] {
        var options = IPv4Options()
        if number(0...3) == 0 {
            for _ in 0..<number(1...3) { options.append(.init(type: IPv4Options.Option.noOperation)) }
            var alert = OptionOctets()
            alert.append(uint16: 0)
            options.append(.init(type: IPv4Options.Option.routerAlert, value: alert))
        }
        let source = IPv4Address(rawValue: number())
        let destination = IPv4Address(rawValue: number())
        let isFragment = number(0...7) == 0
        let next: IPProtocol = [.udp, .tcp, .icmp][number(0...2)]
        let payload = transport(next, limit: limit) {
            Checksum(source: source, destination: destination, protocol: next, length: $0)
        }
        var header = IPv4Header(
            source: source, destination: destination, protocol: next, payloadLength: payload.count,
            identification: number(), flags: isFragment ? .moreFragments : .doNotFragment,
            fragmentOffset: isFragment ? 8 * number(0...100) : 0, timeToLive: number(), trafficClass: number(),
            options: options)
        if number(0...9) == 0 { header.checksum = number() }
        return written(header.write) + payload
    }

    private mutating func ipv6() -> [UInt8] {
        let source = IPv6Address(rawValue: number())
        let destination = IPv6Address(rawValue: number())
        let last: IPProtocol = [.udp, .tcp, .icmpv6][number(0...2)]
        var payload = transport(last, limit: 1200) {
            Checksum(source: source, destination: destination, protocol: last, length: $0)
        }
        var next = last
        if number(0...7) == 0 {
            let header = IPv6FragmentHeader(
                nextHeader: next, offset: 8 * number(0...100), hasMore: .random(using: &random),
                identification: number())
            payload = written(header.write) + payload
            next = .fragment
        }
        if number(0...5) == 0 {
            payload = [next.rawValue, 0, 1, 4, 0, 0, 0, 0] + payload
            next = .destinationOptions
        }
        if number(0...5) == 0 {
            payload = [next.rawValue, 0, 5, 2, 0, 0, 1, 0] + payload
            next = .hopByHop
        }
        let header = IPv6Header(
            source: source, destination: destination, nextHeader: next, payloadLength: payload.count,
            hopLimit: number(), trafficClass: number(), flowLabel: number(0...0xF_FFFF))
        return written(header.write) + payload
    }

    /// A packet of one of the three protocols; one in ten has a random checksum.
    private mutating func transport(_ next: IPProtocol, limit: Int, pseudoHeader: (Int) -> Checksum) -> [UInt8] {
        let payload = random.octets(number(0...3) == 0 ? number(0...limit) : number(0...20))
        // Ports that no peer has a reader for.
        let source = Port(rawValue: number(50000...60000))
        let destination = Port(rawValue: number(50000...60000))
        switch next {
        case .udp:
            var header = UDPHeader(source: source, destination: destination, payloadLength: payload.count)
            header.updateChecksum(pseudoHeader: pseudoHeader(8 + payload.count), payload: payload.span.octets)
            if number(0...9) == 0 { header.checksum = number() }
            return written(header.write) + payload
        case .tcp:
            var header = TCPHeader(
                source: source, destination: destination, sequenceNumber: number(), acknowledgmentNumber: number(),
                flags: TCPHeader.Flags(rawValue: number(0...0xFFF)), window: number(), urgentPointer: number(),
                options: tcpOptions())
            header.updateChecksum(
                pseudoHeader: pseudoHeader(header.size + payload.count), payload: payload.span.octets)
            if number(0...9) == 0 { header.checksum = number() }
            return written(header.write) + payload
        case .icmp:
            var header = ICMPv4Header(
                type: number(0...1) == 0 ? .echoRequest : .echoReply, identifier: number(), sequenceNumber: number())
            header.updateChecksum(payload: payload.span.octets)
            if number(0...9) == 0 { header.checksum = number() }
            return written(header.write) + payload
        default:
            var header = ICMPv6Header(
                type: number(0...1) == 0 ? .echoRequest : .echoReply, identifier: number(), sequenceNumber: number())
            // The sum by its parts, since the addresses are in the pseudo-header alone.
            var sum = pseudoHeader(8 + payload.count)
            sum.add(written(header.write).span.octets)
            sum.add(payload.span.octets)
            header.checksum = number(0...9) == 0 ? number() : sum.value
            return written(header.write) + payload
        }
    }

    private mutating func tcpOptions() -> TCPOptions {
        var options = TCPOptions()
        if number(0...1) == 0 { options.append(.maximumSegmentSize(number())) }
        if number(0...1) == 0 { options.append(.selectiveAcknowledgmentPermitted) }
        if number(0...1) == 0 { options.append(.timestamps(value: number(), echo: number())) }
        if number(0...1) == 0 { options.append(.noOperation) }
        if number(0...1) == 0 { options.append(.windowScale(number(0...14))) }
        if number(0...3) == 0 {
            var blocks = OptionOctets()
            blocks.append(uint32: number())
            blocks.append(uint32: number())
            options.append(.selectiveAcknowledgment(blocks))
        }
        return options
    }
}
