import Wire

/// Writes probes of one technique along one path: a template, stamped with what differs from probe to probe.
///
/// TCP's sums are added up beforehand, so that a probe costs a copy, a keyed hash and a few additions.
package struct ProbeWriter: Sendable {
    package let technique: Technique
    package let path: Path
    package let cookie: Cookie

    /// The frame behind its destination, with zeros for what is stamped.
    private let template: [UInt8]
    /// Sums of 16-bit words, not folded, of the IPv4 header and of the transport layer with its pseudo-header.
    private let (headerSum, segmentSum): (UInt64, UInt64)
    private let payloads: [UInt16: [UInt8]]

    /// The longest frame of any technique, payloads included.
    package static let longest = 1400

    package init(
        technique: Technique, path: Path, cookie: Cookie, payloads: [UInt16: [UInt8]] = ProbePayloads.all
    ) {
        (self.technique, self.path, self.cookie, self.payloads) = (technique, path, cookie, payloads)
        var frame: [UInt8] = []
        if path.probeFraming == .ethernet {
            frame += [UInt8](capacity: 6) { $0.append(uint48: path.hardwareAddress.rawValue) }
            frame += path.isIPv6 ? [0x86, 0xDD] : [0x08, 0x00]
        }
        let header = frame.count
        let flags = technique.flags
        let segment = flags.map(Self.segment) ?? []
        frame += Self.internetHeader(path, protocol: .tcp, payload: segment.count)
        headerSum = path.isIPv6 ? 0 : Self.sum(frame[header...])
        segmentSum =
            Self.sum(segment[...]) + Self.sum(path.source, isIPv6: path.isIPv6) + UInt64(segment.count)
            + UInt64(IPProtocol.tcp.rawValue)
        template = frame + segment
    }

    /// Appends the probe: try `attempt` at a port of `address`, for the station `hardware`.
    @inline(__always)
    package func write(
        _ address: UInt128, port: UInt16, attempt: UInt8, hardware: UInt64, to frame: inout OutputSpan<UInt8>
    ) {
        if technique == .neighbor {
            path.isIPv6 ? writeSolicitation(address, to: &frame) : writeRequest(address, to: &frame)
            return
        }
        if path.probeFraming == .ethernet { frame.append(uint48: hardware) }
        let fields = cookie.fields(address, isIPv6: path.isIPv6, port: port, attempt: attempt)
        guard technique.isTCP else {
            writeOther(address, port: port, fields, to: &frame)
            return
        }
        frame.append(copying: template.span.octets)
        let start = path.probeFraming.size
        if path.isIPv6 {
            stamp(ipv6: address, at: start, port: port, fields, &frame)
        } else {
            stamp(ipv4: UInt32(truncatingIfNeeded: address), at: start, port: port, fields, &frame)
        }
    }

    @inline(__always)
    private func stamp(
        ipv4 address: UInt32, at start: Int, port: UInt16, _ fields: Cookie.Fields, _ frame: inout OutputSpan<UInt8>
    ) {
        let (high, low) = (UInt16(address >> 16), UInt16(truncatingIfNeeded: address))
        let target = UInt64(high) &+ UInt64(low)
        frame.replace(uint16: fields.identification, at: start + 4)
        frame.replace(
            uint16: ~Self.fold(headerSum &+ target &+ UInt64(fields.identification)), at: start + 10)
        frame.replace(uint16: high, at: start + 16)
        frame.replace(uint16: low, at: start + 18)
        stampSegment(at: start + 20, target, port, fields, &frame)
    }

    private func stamp(
        ipv6 address: UInt128, at start: Int, port: UInt16, _ fields: Cookie.Fields, _ frame: inout OutputSpan<UInt8>
    ) {
        frame.replace(uint16: 0x6000 | UInt16(fields.flowLabel >> 16), at: start)
        frame.replace(uint16: UInt16(truncatingIfNeeded: fields.flowLabel), at: start + 2)
        for group in 0..<8 {
            frame.replace(
                uint16: UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * group)), at: start + 24 + 2 * group)
        }
        stampSegment(at: start + 40, Self.sum(address, isIPv6: true), port, fields, &frame)
    }

    @inline(__always)
    private func stampSegment(
        at start: Int, _ target: UInt64, _ port: UInt16, _ fields: Cookie.Fields, _ frame: inout OutputSpan<UInt8>
    ) {
        let sequence = fields.sequence
        // A probe without ACK has no acknowledgment number: one would be ignored, but no real stack sends one.
        let acknowledgment = technique.flags?.contains(.acknowledgment) == true ? fields.acknowledgment : 0
        let (sequenceHigh, sequenceLow) = (UInt16(sequence >> 16), UInt16(truncatingIfNeeded: sequence))
        let (ackHigh, ackLow) = (UInt16(acknowledgment >> 16), UInt16(truncatingIfNeeded: acknowledgment))
        var sum = segmentSum &+ target &+ UInt64(fields.sourcePort) &+ UInt64(port)
        sum &+= UInt64(sequenceHigh) &+ UInt64(sequenceLow) &+ UInt64(ackHigh) &+ UInt64(ackLow)
        frame.replace(uint16: fields.sourcePort, at: start)
        frame.replace(uint16: port, at: start + 2)
        frame.replace(uint16: sequenceHigh, at: start + 4)
        frame.replace(uint16: sequenceLow, at: start + 6)
        frame.replace(uint16: ackHigh, at: start + 8)
        frame.replace(uint16: ackLow, at: start + 10)
        frame.replace(uint16: ~Self.fold(sum), at: start + 16)
    }

    /// A segment with ports, numbers and checksum of 0.
    ///
    /// One that opens a connection has the options that common stacks send: some firewalls drop a SYN without.
    private static func segment(_ flags: TCPHeader.Flags) -> [UInt8] {
        var options: [UInt8] = []
        if flags.contains(.synchronize) {
            // Maximum segment size 1460, selective acknowledgments, a timestamp, padding, window scale 7.
            options = [2, 4, 0x05, 0xB4, 4, 2, 8, 10, 0x5A, 0x17, 0x3C, 0x91, 0, 0, 0, 0, 1, 3, 3, 7]
        }
        let control = UInt16((20 + options.count) / 4) << 12 | flags.rawValue
        return [UInt8](capacity: 20) {
            $0.append(uint64: 0)
            $0.append(uint32: 0)
            $0.append(uint16: control)
            $0.append(uint16: 64240)
            $0.append(uint32: 0)
        } + options
    }

    /// An IP header without destination, identification and checksum, for so many octets of payload.
    static func internetHeader(_ path: Path, protocol: IPProtocol, payload: Int) -> [UInt8] {
        [UInt8](capacity: 40) {
            if path.isIPv6 {
                $0.append(uint32: 0x6000_0000)
                $0.append(uint16: UInt16(payload))
                $0.append(`protocol`.rawValue)
                $0.append(64)
                $0.append(uint128: path.source)
                $0.append(uint128: 0)
            } else {
                $0.append(uint16: 0x4500)
                $0.append(uint16: UInt16(20 + payload))
                // Identification, then "do not fragment".
                $0.append(uint16: 0)
                $0.append(uint16: 0x4000)
                $0.append(64)
                $0.append(`protocol`.rawValue)
                $0.append(uint16: 0)
                $0.append(uint32: UInt32(truncatingIfNeeded: path.source))
                $0.append(uint32: 0)
            }
        }
    }

    /// The sum of an address's 16-bit words.
    @inline(__always)
    static func sum(_ address: UInt128, isIPv6: Bool) -> UInt64 {
        var sum: UInt64 = 0
        for group in 0..<(isIPv6 ? 8 : 2) {
            sum &+= UInt64(truncatingIfNeeded: address >> UInt128(16 * group)) & 0xFFFF
        }
        return sum
    }

    /// The sum of 16-bit words in network order.
    static func sum(_ octets: ArraySlice<UInt8>) -> UInt64 {
        var sum: UInt64 = 0
        for (place, octet) in octets.enumerated() { sum += UInt64(octet) << (place & 1 == 0 ? 8 : 0) }
        return sum
    }

    /// The ones' complement sum in 16 bits (RFC 1071).
    @inline(__always)
    static func fold(_ sum: UInt64) -> UInt16 {
        var sum = (sum &>> 32) &+ (sum & 0xFFFF_FFFF)
        sum = (sum &>> 16) &+ (sum & 0xFFFF)
        sum = (sum &>> 16) &+ (sum & 0xFFFF)
        sum = (sum &>> 16) &+ (sum & 0xFFFF)
        return UInt16(truncatingIfNeeded: sum)
    }
}

extension ProbeWriter {
    /// Appends a probe that is not of TCP, with what goes into it made anew: these are sent at the rates of ICMP limits.
    private func writeOther(
        _ address: UInt128, port: UInt16, _ fields: Cookie.Fields, to frame: inout OutputSpan<UInt8>
    ) {
        let content = content(address, port: port, fields)
        // Behind the destination, which stands already.
        if path.probeFraming == .ethernet { frame.append(copying: Array(template[..<8])) }
        var header = Self.internetHeader(path, protocol: content.protocol, payload: content.octets.count)
        if path.isIPv6 {
            header[1] |= UInt8(fields.flowLabel >> 16)
            (header[2], header[3]) = (UInt8(fields.flowLabel >> 8 & 0xFF), UInt8(fields.flowLabel & 0xFF))
            for place in 0..<16 { header[24 + place] = UInt8(truncatingIfNeeded: address >> UInt128(120 - 8 * place)) }
        } else {
            header[4] = UInt8(fields.identification >> 8)
            header[5] = UInt8(fields.identification & 0xFF)
            for place in 0..<4 { header[16 + place] = UInt8(truncatingIfNeeded: address >> UInt128(24 - 8 * place)) }
            let sum = ~Self.fold(Self.sum(header[...]))
            (header[10], header[11]) = (UInt8(sum >> 8), UInt8(sum & 0xFF))
        }
        frame.append(copying: header)
        frame.append(copying: content.octets)
    }

    /// Asks all stations for the one that has an IPv4 address.
    private func writeRequest(_ address: UInt128, to frame: inout OutputSpan<UInt8>) {
        MACAddress.broadcast.write(to: &frame)
        path.hardwareAddress.write(to: &frame)
        frame.append(uint16: EtherType.arp.rawValue)
        // Ethernet, IPv4, the lengths of their addresses, request.
        frame.append(uint64: 0x0001_0800_0604_0001)
        path.hardwareAddress.write(to: &frame)
        frame.append(uint32: UInt32(truncatingIfNeeded: path.source))
        MACAddress.zero.write(to: &frame)
        frame.append(uint32: UInt32(truncatingIfNeeded: address))
    }

    /// Asks the few stations that share an IPv6 address's last 24 bits.
    private func writeSolicitation(_ address: UInt128, to frame: inout OutputSpan<UInt8>) {
        let group = IPv6Address(rawValue: address).solicitedNode.rawValue
        // The group's Ethernet address has its last 32 bits (RFC 2464, 7).
        frame.append(uint48: 0x3333_0000_0000 | UInt64(truncatingIfNeeded: group & 0xFFFF_FFFF))
        path.hardwareAddress.write(to: &frame)
        frame.append(uint16: EtherType.ipv6.rawValue)
        let message = [UInt8](capacity: 32) {
            $0.append(uint64: 135 << 56)
            $0.append(uint128: address)
            // The option of the source's link-layer address.
            $0.append(uint16: 0x0101)
            path.hardwareAddress.write(to: &$0)
        }
        var header = Self.internetHeader(path, protocol: .icmpv6, payload: message.count)
        // A neighbor believes only what no router has touched (RFC 4861, 7.1.1).
        header[7] = 255
        for place in 0..<16 { header[24 + place] = UInt8(truncatingIfNeeded: group >> UInt128(120 - 8 * place)) }
        frame.append(copying: header)
        frame.append(copying: checked(message, at: 2, group, .icmpv6))
    }

    private func content(
        _ address: UInt128, port: UInt16, _ fields: Cookie.Fields
    ) -> (protocol: IPProtocol, octets: [UInt8]) {
        switch technique {
        case .udp: (.udp, datagram(address, port: port, fields, payloads[port] ?? []))
        case .sctpInit: (.sctp, StreamControl.initiation(port: port, fields))
        case .echo: path.isIPv6 ? (.icmpv6, echo(address, fields)) : (.icmp, echo(address, fields))
        case .timestamp: (.icmp, control(13, fields, [UInt8](repeating: 0, count: 12)))
        case .mask: (.icmp, control(17, fields, [0, 0, 0, 0]))
        case .ipProtocol: protocolProbe(address, number: UInt8(truncatingIfNeeded: port), fields)
        default: preconditionFailure("a TCP probe has a template")
        }
    }

    /// A packet of any protocol: those that common hosts look into get a header that is right, the others nothing.
    private func protocolProbe(
        _ address: UInt128, number: UInt8, _ fields: Cookie.Fields
    ) -> (protocol: IPProtocol, octets: [UInt8]) {
        let found = IPProtocol(rawValue: number)
        switch found {
        case .icmp where !path.isIPv6, .icmpv6 where path.isIPv6: return (found, echo(address, fields))
        case .tcp:
            var segment = Self.segment(.acknowledgment)
            let numbers = [UInt8](capacity: 12) {
                $0.append(uint16: fields.sourcePort)
                $0.append(uint16: 80)
                $0.append(uint32: fields.sequence)
                $0.append(uint32: fields.acknowledgment)
            }
            segment.replaceSubrange(..<12, with: numbers)
            return (found, checked(segment, at: 16, address, found))
        case .udp: return (found, datagram(address, port: 40125, fields, []))
        case .sctp: return (found, StreamControl.initiation(port: 80, fields))
        case IPProtocol(rawValue: 2): return (found, control(0x11, fields, [], hasNumbers: false))
        default: return (found, [])
        }
    }

    private func datagram(
        _ address: UInt128, port: UInt16, _ fields: Cookie.Fields, _ payload: [UInt8]
    ) -> [UInt8] {
        let header = [UInt8](capacity: 8) {
            $0.append(uint16: fields.sourcePort)
            $0.append(uint16: port)
            $0.append(uint16: UInt16(8 + payload.count))
            $0.append(uint16: 0)
        }
        return checked(header + payload, at: 6, address, .udp)
    }

    private func echo(_ address: UInt128, _ fields: Cookie.Fields) -> [UInt8] {
        let data = [UInt8](capacity: 8) { $0.append(uint64: fields.bits) }
        guard path.isIPv6 else { return control(8, fields, data) }
        let message = [UInt8](capacity: 16) {
            $0.append(uint32: 128 << 24)
            $0.append(uint16: fields.sourcePort)
            $0.append(uint16: UInt16(truncatingIfNeeded: fields.sequence))
            $0.append(copying: data)
        }
        return checked(message, at: 2, address, .icmpv6)
    }

    /// An ICMP message with identifier and sequence number, whose sum has no pseudo-header.
    private func control(
        _ type: UInt8, _ fields: Cookie.Fields, _ data: [UInt8], hasNumbers: Bool = true
    ) -> [UInt8] {
        var message = [UInt8](capacity: 8 + data.count) {
            $0.append(uint32: UInt32(type) << 24)
            $0.append(uint16: hasNumbers ? fields.sourcePort : 0)
            $0.append(uint16: hasNumbers ? UInt16(truncatingIfNeeded: fields.sequence) : 0)
            $0.append(copying: data)
        }
        let sum = ~Self.fold(Self.sum(message[...]))
        (message[2], message[3]) = (UInt8(sum >> 8), UInt8(sum & 0xFF))
        return message
    }

    /// The octets with the checksum at `offset` that they and the pseudo-header demand.
    private func checked(_ octets: [UInt8], at offset: Int, _ address: UInt128, _ protocol: IPProtocol) -> [UInt8] {
        var octets = octets
        let sum =
            Self.sum(octets[...]) + Self.sum(path.source, isIPv6: path.isIPv6)
            + Self.sum(address, isIPv6: path.isIPv6) + UInt64(octets.count) + UInt64(`protocol`.rawValue)
        var value = ~Self.fold(sum)
        // In UDP a sum of 0 says that there is none.
        if value == 0, `protocol` == .udp { value = 0xFFFF }
        (octets[offset], octets[offset + 1]) = (UInt8(value >> 8), UInt8(value & 0xFF))
        return octets
    }
}
