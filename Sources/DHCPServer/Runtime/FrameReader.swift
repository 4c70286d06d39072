package import DHCP
package import Link
package import Wire

/// What a frame is about that concerns a server.
package enum FrameContent {
    /// A DHCPv4 message; the payload's octets are lent.
    case dhcpv4(source: IPv4Address, target: IPv4Address, sourcePort: UInt16, payload: Range<Int>)
    /// Somebody answers for an IPv4 address.
    case arpReply(IPv4Address, MACAddress)
    /// A DHCPv6 message.
    case dhcpv6(source: IPv6Address, target: IPv6Address, sourcePort: UInt16, payload: Range<Int>)
    /// A message of neighbor discovery, its checksum verified.
    case neighbor(source: IPv6Address, target: IPv6Address, hopLimit: UInt8, payload: Range<Int>)
}

/// Reads frames down to what they carry, and refuses what no honest sender sends.
package enum FrameReader {
    /// A frame that was read.
    package struct Frame {
        package var source: MACAddress
        package var vlan: UInt16
        package var content: FrameContent
    }

    /// Why a frame was not looked at further.
    package struct Refusal: Error {
        package let reason: StaticName
        package init(_ reason: StaticName) { self.reason = reason }
    }

    package static func read(
        _ octets: RawSpan, checksum: FrameInformation.ChecksumState, vlan: UInt16?
    ) throws(Refusal) -> Frame {
        var rest = octets
        guard let ethernet = try? EthernetHeader(reading: &rest) else { throw Refusal("ethernet") }
        guard ethernet.innerTag == nil, vlan == nil || ethernet.outerTag == nil else { throw Refusal("double-tag") }
        guard !ethernet.source.isMulticast, ethernet.source != .zero else { throw Refusal("bad-hardware-source") }
        let tag = vlan ?? ethernet.outerTag?.identifier ?? 0
        let content: FrameContent
        switch ethernet.type {
        case .arp: content = try arp(&rest)
        case .ipv4: content = try ipv4(&rest, of: octets.byteCount, checksum)
        case .ipv6: content = try ipv6(&rest, of: octets.byteCount, checksum)
        default: throw Refusal("ether-type")
        }
        return Frame(source: ethernet.source, vlan: tag, content: content)
    }

    private static func arp(_ rest: inout RawSpan) throws(Refusal) -> FrameContent {
        guard let packet = try? ARPPacket(reading: &rest), packet.operation == .reply,
            !packet.senderHardwareAddress.isMulticast
        else { throw Refusal("arp") }
        return .arpReply(packet.senderAddress, packet.senderHardwareAddress)
    }

    private static func ipv4(
        _ rest: inout RawSpan, of size: Int, _ checksum: FrameInformation.ChecksumState
    ) throws(Refusal) -> FrameContent {
        guard let header = try? IPv4Header(reading: &rest) else { throw Refusal("ipv4") }
        guard header.isChecksumValid else { throw Refusal("ipv4-checksum") }
        guard !header.isFragment else { throw Refusal("fragment") }
        guard header.protocol == .udp else { throw Refusal("protocol") }
        guard header.payloadLength <= rest.byteCount else { throw Refusal("ipv4-length") }
        guard !header.source.isMulticast, header.source != .broadcast else { throw Refusal("bad-source-address") }
        // What lies behind is Ethernet's padding.
        let padding = rest.byteCount - header.payloadLength
        rest = rest.extracting(first: header.payloadLength)
        let pseudo = Checksum(
            source: header.source, destination: header.destination, protocol: .udp, length: header.payloadLength)
        let (udp, count) = try udp(&rest, checksum, pseudo, mayLackChecksum: true)
        guard udp.destination.rawValue == 67 else { throw Refusal("port") }
        let start = size - padding - rest.byteCount
        return .dhcpv4(
            source: header.source, target: header.destination, sourcePort: udp.source.rawValue,
            payload: start..<start + count)
    }

    private static func ipv6(
        _ rest: inout RawSpan, of size: Int, _ checksum: FrameInformation.ChecksumState
    ) throws(Refusal) -> FrameContent {
        guard let header = try? IPv6Header(reading: &rest) else { throw Refusal("ipv6") }
        let length = Int(header.payloadLength)
        guard length <= rest.byteCount else { throw Refusal("ipv6-length") }
        guard !header.source.isMulticast else { throw Refusal("bad-source-address") }
        let padding = rest.byteCount - length
        rest = rest.extracting(first: length)
        switch header.nextHeader {
        case .udp:
            let pseudo = Checksum(
                source: header.source, destination: header.destination, protocol: .udp, length: length)
            let (udp, count) = try udp(&rest, checksum, pseudo, mayLackChecksum: false)
            guard udp.destination.rawValue == 547 else { throw Refusal("port") }
            let start = size - padding - rest.byteCount
            return .dhcpv6(
                source: header.source, target: header.destination, sourcePort: udp.source.rawValue,
                payload: start..<start + count)
        case .icmpv6:
            guard rest.byteCount >= 4 else { throw Refusal("icmpv6") }
            let start = size - padding - rest.byteCount
            if checksum == .unknown {
                var sum = Checksum(
                    source: header.source, destination: header.destination, protocol: .icmpv6, length: length)
                sum.add(rest)
                guard sum.isValid else { throw Refusal("icmpv6-checksum") }
            }
            return .neighbor(
                source: header.source, target: header.destination, hopLimit: header.hopLimit,
                payload: start..<start + rest.byteCount)
        default: throw Refusal("protocol")
        }
    }

    /// Takes the header off, and says how many octets of what is left are the payload.
    ///
    /// A checksum may be right, absent where that is allowed, verified by the kernel, or left to hardware that there is none
    /// of: then the field has the sum of the pseudo-header alone. Virtual interfaces deliver such frames without always
    /// saying so.
    private static func udp(
        _ rest: inout RawSpan, _ state: FrameInformation.ChecksumState, _ pseudo: Checksum, mayLackChecksum: Bool
    ) throws(Refusal) -> (UDPHeader, Int) {
        let whole = rest.byteCount
        guard let header = try? UDPHeader(reading: &rest) else { throw Refusal("udp") }
        // The length may be less than the packet's, never more: nobody reads beyond what came.
        guard Int(header.length) <= whole else { throw Refusal("udp-length") }
        let payload = rest.extracting(first: header.payloadLength)
        if header.checksum == 0 {
            guard mayLackChecksum else { throw Refusal("udp-checksum") }
        } else if state == .unknown, header.checksum != pseudo.partial {
            guard header.isChecksumValid(pseudoHeader: pseudo, payload: payload) else { throw Refusal("udp-checksum") }
        }
        return (header, header.payloadLength)
    }
}
