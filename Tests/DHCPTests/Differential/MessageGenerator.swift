import DHCP
import Wire

/// Makes messages of every protocol here from a seed.
struct MessageGenerator {
    enum Format: String, CaseIterable, Sendable {
        case dhcpv4, dhcpv6, neighbor, dns
    }

    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed) }

    /// A message that is as it should be.
    mutating func message(_ format: Format) -> [UInt8] {
        switch format {
        case .dhcpv4: dhcpv4()
        case .dhcpv6: dhcpv6(relays: Int.random(in: 0..<6, using: &random) - 3)
        case .neighbor: neighbor()
        case .dns: dns()
        }
    }

    private mutating func bits32() -> UInt32 { UInt32.random(in: 0...UInt32.max, using: &random) }

    private mutating func address6() -> IPv6Address {
        IPv6Address(rawValue: UInt128.random(in: 0...UInt128.max, using: &random) >> 8 | UInt128(0x20) << 120)
    }

    private mutating func dhcpv4() -> [UInt8] {
        let hardware = DHCPv4.HardwareAddress(MACAddress(rawValue: UInt64(bits32()) << 8))
        var header = DHCPv4.Header(
            operation: Bool.random(using: &random) ? .request : .reply, hardwareAddress: hardware,
            transactionID: bits32())
        header.hops = UInt8.random(in: 0...16, using: &random)
        header.seconds = UInt16.random(in: 0...UInt16.max, using: &random)
        header.isBroadcast = Bool.random(using: &random)
        header.clientAddress = IPv4Address(rawValue: bits32())
        header.yourAddress = IPv4Address(rawValue: bits32())
        header.nextServerAddress = IPv4Address(rawValue: bits32())
        header.gatewayAddress = IPv4Address(rawValue: bits32())
        var message = DHCPv4.Message(
            DHCPv4.MessageType(rawValue: UInt8.random(in: 1...9, using: &random)), header: header)
        for sample in DHCPv4Sample.all.shuffled(using: &random).prefix(Int.random(in: 0...12, using: &random)) {
            let code = type(of: sample.option).code
            guard code != .messageType, code != .optionOverload else { continue }
            message.options.set(DHCPv4.RawOption(code: code, value: changed(sample)))
        }
        if Int.random(in: 0..<8, using: &random) == 0 {
            let long = (0..<600).map { _ in UInt8.random(in: 0...255, using: &random) }
            message.options.set(DHCPv4.RawOption(code: .init(rawValue: 224), value: long))
        }
        let limit = Int.random(in: 0..<6, using: &random) == 0 ? 300 + Int.random(in: 0...100, using: &random) : 65_507
        return written { message.write(to: &$0, limit: limit) }
    }

    /// A sample's value, perhaps changed so that it is still one.
    private mutating func changed(_ sample: DHCPv4Sample) -> [UInt8] {
        for _ in 0..<4 where Bool.random(using: &random) {
            let value = mutated(sample.value, with: &random)
            func check<Option: DHCPv4.Option>(_: Option) -> Bool {
                (try? Option(readingAll: value.span.octets)) != nil
            }
            if check(sample.option), value.count <= 255 { return value }
        }
        return sample.value
    }

    private mutating func dhcpv6(relays: Int) -> [UInt8] {
        if relays > 0 {
            var relay = DHCPv6.RelayMessage(
                .relayForward, hopCount: UInt8(relays), linkAddress: address6(), peerAddress: address6())
            relay.options.append(DHCPv6.InterfaceIdentifier("eth\(relays)"))
            relay.options.append(DHCPv6.RelayedMessage(octets: dhcpv6(relays: relays - 1)))
            return written { relay.write(to: &$0) }
        }
        var message = DHCPv6.Message(
            DHCPv6.MessageType(rawValue: UInt8.random(in: 1...11, using: &random)),
            transactionID: bits32() >> 8)
        for sample in DHCPv6Sample.all.shuffled(using: &random).prefix(Int.random(in: 0...10, using: &random))
        where type(of: sample.option).code != .relayMessage {
            message.options.append(DHCPv6.RawOption(code: type(of: sample.option).code, value: sample.value))
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            var association = DHCPv6.IdentityAssociation(
                identifier: bits32(), renewal: Lifetime(rawValue: bits32()), rebinding: Lifetime(rawValue: bits32()))
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                association.options.append(
                    DHCPv6.IdentityAssociationAddress(
                        address6(), preferred: Lifetime(rawValue: bits32()), valid: Lifetime(rawValue: bits32())))
            }
            message.options.append(association)
            var delegation = DHCPv6.PrefixDelegation(identifier: bits32())
            let length = Int.random(in: 0...128, using: &random)
            delegation.options.append(
                DHCPv6.IdentityAssociationPrefix(
                    IPv6Prefix(containing: address6(), length: length), preferred: .infinite,
                    valid: Lifetime(rawValue: bits32())))
            message.options.append(delegation)
        }
        return written { message.write(to: &$0) }
    }

    private mutating func neighbor() -> [UInt8] {
        var options = NDP.Options()
        let name = DomainName("example.com") ?? .root
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            switch Int.random(in: 0..<9, using: &random) {
            case 0: options.append(NDP.SourceLinkLayerAddress(MACAddress(rawValue: UInt64(bits32()))))
            case 1: options.append(NDP.MTU(bits32()))
            case 2:
                var prefix = NDP.PrefixInformation(
                    IPv6Prefix(containing: address6(), length: Int.random(in: 0...128, using: &random)),
                    flags: .autonomous, valid: Lifetime(rawValue: bits32()), preferred: Lifetime(rawValue: bits32()))
                if Bool.random(using: &random) { prefix.flags.insert(.onLink) }
                options.append(prefix)
            case 3:
                let addresses = (0...Int.random(in: 0...3, using: &random)).map { _ in address6() }
                options.append(NDP.RecursiveDNSServers(addresses, lifetime: Lifetime(rawValue: bits32())))
            case 4: options.append(NDP.DNSSearchList([name], lifetime: Lifetime(rawValue: bits32())))
            case 5: options.append(NDP.TargetLinkLayerAddress(MACAddress(rawValue: UInt64(bits32()))))
            case 6:
                let prefix = IPv6Prefix(containing: address6(), length: Int.random(in: 0...128, using: &random))
                options.append(NDP.RouteInformation(prefix, lifetime: Lifetime(rawValue: bits32())))
            case 7:
                let length = NDP.NAT64Prefix.lengths.randomElement(using: &random) ?? 96
                let seconds = 8 * Int.random(in: 0...8191, using: &random)
                options.append(NDP.NAT64Prefix(IPv6Prefix(containing: address6(), length: length), seconds: seconds))
            default: options.append(NDP.CaptivePortal(uri: Array("https://example.org/api".utf8)))
            }
        }
        let message: NDP.Message =
            switch Int.random(in: 0..<5, using: &random) {
            case 0: .routerSolicitation(NDP.RouterSolicitation(options: options))
            case 1: .neighborSolicitation(NDP.NeighborSolicitation(target: address6(), options: options))
            case 2:
                .neighborAdvertisement(
                    NDP.NeighborAdvertisement(target: address6(), flags: [.router, .override], options: options))
            case 3: .redirect(NDP.Redirect(target: address6(), destination: address6(), options: options))
            default:
                .routerAdvertisement(
                    NDP.RouterAdvertisement(
                        currentHopLimit: UInt8.random(in: 0...255, using: &random),
                        flags: .init(rawValue: UInt8.random(in: 0...255, using: &random)),
                        routerLifetime: UInt16.random(in: 0...UInt16.max, using: &random), reachableTime: bits32(),
                        retransmissionTimer: bits32(), options: options))
            }
        return written { message.write(to: &$0, from: .any, to: .allNodes) }
    }

    /// A response whose names are compressed by hand: our writer does not.
    private mutating func dns() -> [UInt8] {
        let zone = octets("07 65 78 61 6d 70 6c 65 03 63 6f 6d 00")
        let host = octets("03 77 77 77")
        let count = Int.random(in: 0...6, using: &random)
        var message = written {
            $0.append(uint16: 0x1234)
            $0.append(uint16: 0x8580)
            for number in [1, UInt16(count), 0, 0] { $0.append(uint16: number) }
        }
        message += zone + octets("00 ff 00 01")
        for _ in 0..<count {
            // To the zone, to its last label, to a host of it, or written out.
            let names = [octets("c0 0c"), octets("c0 14"), host + octets("c0 0c"), host + zone, [0]]
            let (name, other) = (
                names.randomElement(using: &random) ?? [0], names.randomElement(using: &random) ?? [0]
            )
            let (type, data): (UInt16, [UInt8]) =
                switch Int.random(in: 0..<9, using: &random) {
                case 0: (1, (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) })
                case 1: (28, written { address6().write(to: &$0) })
                case 2: (2, other)
                case 3: (5, other)
                case 4: (12, other)
                case 5: (33, octets("00 01 00 02 00 50") + other)
                case 6: (6, other + host + octets("c0 0c") + (0..<20).map { UInt8($0) })
                case 7: (16, octets("05 68 65 6c 6c 6f 05 77 6f 72 6c 64"))
                default: (65_280, [1, 2, 3])
                }
            message += name + [UInt8(type >> 8), UInt8(type & 0xFF), 0, 1, 0, 0, 0, 60]
            message += [UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
        }
        return message
    }

    /// A message in the packet that it travels in.
    static func packet(_ message: [UInt8], _ format: Format) -> [UInt8] {
        if format == .dhcpv4 {
            return written {
                $0.append(uint16: 0x4500)
                $0.append(uint16: UInt16(28 + message.count))
                $0.append(uint32: 0)
                $0.append(uint32: 0x4011_0000)
                $0.append(uint32: 0xC000_0201)
                $0.append(uint32: 0xC000_0202)
                Self.udp(67, message.count, to: &$0)
                $0.append(copying: message)
            }
        }
        return written {
            $0.append(uint32: 0x6000_0000)
            $0.append(uint16: UInt16(message.count + (format == .neighbor ? 0 : 8)))
            $0.append(format == .neighbor ? 58 : 17)
            $0.append(255)
            IPv6Address.any.write(to: &$0)
            IPv6Address.allNodes.write(to: &$0)
            if format != .neighbor { Self.udp(format == .dns ? 53 : 547, message.count, to: &$0) }
            $0.append(copying: message)
        }
    }

    private static func udp(_ port: UInt16, _ count: Int, to octets: inout OutputSpan<UInt8>) {
        octets.append(uint16: port)
        octets.append(uint16: port)
        octets.append(uint16: UInt16(8 + count))
        octets.append(uint16: 0)
    }
}
