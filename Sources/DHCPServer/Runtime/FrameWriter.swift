package import DHCP
package import Wire

/// Writes the frames that a conduct's transmissions become.
package enum FrameWriter {
    /// The octets before a payload, at most: Ethernet with a tag, IPv6 and UDP.
    package static let headroom = 14 + 4 + 40 + 8

    /// Appends the frame of a transmission that leaves as one; `hardware` and `linkLocal` are the interface's.
    package static func write(
        _ transmission: Transmission, _ payload: RawSpan, from hardware: MACAddress, linkLocal: IPv6Address,
        to frame: inout OutputSpan<UInt8>
    ) {
        let tag = transmission.link.vlan == 0 ? nil : VLANTag(identifier: transmission.link.vlan)
        func ethernet(_ target: MACAddress, _ type: EtherType) -> EthernetHeader {
            EthernetHeader(destination: target, source: hardware, outerTag: tag, type: type)
        }
        switch transmission.target {
        case .client(let target, let address, let source):
            ethernet(target, .ipv4).write(to: &frame)
            var udp = UDPHeader(
                source: Port(rawValue: 67), destination: Port(rawValue: 68), payloadLength: payload.byteCount)
            let ip = IPv4Header(
                source: source, destination: address, protocol: .udp, payloadLength: Int(udp.length), timeToLive: 64)
            ip.write(to: &frame)
            let pseudo = Checksum(source: source, destination: address, protocol: .udp, length: Int(udp.length))
            udp.updateChecksum(pseudoHeader: pseudo, payload: payload)
            udp.write(to: &frame)
            frame.append(copying: payload)
        case .client6(let target, let address, let port):
            ethernet(target, .ipv6).write(to: &frame)
            var udp = UDPHeader(
                source: Port(rawValue: 547), destination: Port(rawValue: port), payloadLength: payload.byteCount)
            IPv6Header(
                source: linkLocal, destination: address, nextHeader: .udp, payloadLength: Int(udp.length), hopLimit: 64
            ).write(to: &frame)
            let pseudo = Checksum(source: linkLocal, destination: address, protocol: .udp, length: Int(udp.length))
            udp.updateChecksum(pseudoHeader: pseudo, payload: payload)
            udp.write(to: &frame)
            frame.append(copying: payload)
        case .neighbor(let target, let address, let source):
            let source = source ?? linkLocal
            ethernet(target, .ipv6).write(to: &frame)
            IPv6Header(
                source: source, destination: address, nextHeader: .icmpv6, payloadLength: payload.byteCount,
                hopLimit: 255
            ).write(to: &frame)
            let start = frame.count
            frame.append(copying: payload)
            // Nobody has filled it in; whatever is there does not count.
            frame.replace(uint16: 0, at: start + 2)
            var sum = Checksum(
                source: source, destination: address, protocol: .icmpv6, length: payload.byteCount)
            sum.add(payload.extracting(first: 2))
            sum.add(uint16: 0)
            sum.add(payload.extracting(droppingFirst: 4))
            frame.replace(uint16: sum.value, at: start + 2)
        case .routed, .routed6: preconditionFailure("what is routed leaves through the kernel")
        }
    }

    /// Appends the frame that asks a link for an IPv4 address (RFC 5227, 2.1.1).
    static func writeProbe(
        for address: IPv4Address, _ probe: Probe, from hardware: MACAddress, to frame: inout OutputSpan<UInt8>
    ) {
        let tag = probe.link.vlan == 0 ? nil : VLANTag(identifier: probe.link.vlan)
        EthernetHeader(destination: .broadcast, source: hardware, outerTag: tag, type: .arp).write(to: &frame)
        ARPPacket(
            operation: .request, senderHardwareAddress: hardware, senderAddress: probe.source, targetAddress: address
        ).write(to: &frame)
    }
}
