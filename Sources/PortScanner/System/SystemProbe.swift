package import Wire

/// The packets that a host's TCP/IP stack is told by: values, so that any engine can send them and hand answers in.
///
/// The set is our own. Four connection requests with all options of today, far enough apart to see clocks and counters; one
/// without options; one with congestion notification; a bare acknowledgment; a request to a closed port; an echo with
/// an odd code; a datagram to a closed port.
package enum SystemProbe: UInt8, CaseIterable, Sendable {
    case first, second, third, fourth, plain, congestion, acknowledgment, closed, echo, datagram

    /// Whether it needs an open TCP port, or a closed one.
    var needsOpenPort: Bool { rawValue <= Self.acknowledgment.rawValue }
    var needsClosedPort: Bool { self == .closed }
}

/// Who is asked, and by what numbers answers are told.
package struct SystemProbeKey: Sendable {
    let source: UInt128
    let target: UInt128
    let isIPv6: Bool
    let openPort: UInt16?
    let closedPort: UInt16?
    /// The source port of the first probe; the others follow.
    let base: UInt16
    let sequence: UInt32

    package init(
        source: IPv4Address, target: IPv4Address, openPort: UInt16?, closedPort: UInt16?, base: UInt16, sequence: UInt32
    ) {
        self.init(
            source: UInt128(source.rawValue), target: UInt128(target.rawValue), isIPv6: false, openPort: openPort,
            closedPort: closedPort, base: base, sequence: sequence)
    }

    /// Addresses of either family, as integers.
    package init(
        source: UInt128, target: UInt128, isIPv6: Bool, openPort: UInt16?, closedPort: UInt16?, base: UInt16,
        sequence: UInt32
    ) {
        (self.source, self.target, self.isIPv6) = (source, target, isIPv6)
        (self.openPort, self.closedPort) = (openPort, closedPort)
        (self.base, self.sequence) = (base, sequence)
    }

    /// The closed UDP port that is asked.
    private static let datagramPort: UInt16 = 40_963
    private static let payload = [UInt8](repeating: 0x61, count: 300)

    /// The IPv4 packet of a probe; nil if the host has no port of the kind.
    package func packet(_ probe: SystemProbe) -> [UInt8]? {
        let port: UInt16
        if probe.needsOpenPort {
            guard let openPort else { return nil }
            port = openPort
        } else {
            port = closedPort ?? 0
            if probe.needsClosedPort, closedPort == nil { return nil }
        }
        switch probe {
        case .echo: return echo()
        case .datagram: return datagram()
        default: return segment(probe, port)
        }
    }

    private func segment(_ probe: SystemProbe, _ port: UInt16) -> [UInt8] {
        var flags: TCPHeader.Flags = probe == .acknowledgment ? .acknowledgment : .synchronize
        if probe == .congestion { flags.formUnion([.congestionEcho, .windowReduced]) }
        var options = TCPOptions()
        if probe != .plain, probe != .acknowledgment {
            options.append(.maximumSegmentSize(1460))
            options.append(.selectiveAcknowledgmentPermitted)
            options.append(.timestamps(value: 0x4150_0000 + UInt32(probe.rawValue), echo: 0))
            options.append(.noOperation)
            options.append(.windowScale(7))
        }
        var header = TCPHeader(
            source: Port(rawValue: base + UInt16(probe.rawValue)), destination: Port(rawValue: port),
            sequenceNumber: sequence &+ UInt32(probe.rawValue) << 20,
            acknowledgmentNumber: probe == .acknowledgment ? sequence ^ 0x5555_5555 : 0, flags: flags, window: 64_240,
            options: options)
        let nothing: [UInt8] = []
        header.updateChecksum(pseudoHeader: pseudo(.tcp, header.size), payload: nothing.span.octets)
        return packet(.tcp, header.size) { header.write(to: &$0) }
    }

    private func echo() -> [UInt8] {
        // The code is not 0 and the packet has a class: stacks differ in what of it comes back.
        let payload = Array(Self.payload[..<120])
        if isIPv6 {
            var header = ICMPv6Header(type: .echoRequest, code: 9, parameter: UInt32(base) << 16 | 295)
            header.updateChecksum(
                source: IPv6Address(rawValue: source), destination: IPv6Address(rawValue: target),
                payload: payload.span.octets)
            return packet(.icmpv6, 8 + payload.count, trafficClass: 4) {
                header.write(to: &$0)
                $0.append(copying: payload)
            }
        }
        var header = ICMPv4Header(type: .echoRequest, identifier: base, sequenceNumber: 295)
        header.code = 9
        header.updateChecksum(payload: payload.span.octets)
        return packet(.icmp, 8 + payload.count, trafficClass: 4) {
            header.write(to: &$0)
            $0.append(copying: payload)
        }
    }

    private func datagram() -> [UInt8] {
        var header = UDPHeader(
            source: Port(rawValue: base + UInt16(SystemProbe.datagram.rawValue)),
            destination: Port(rawValue: Self.datagramPort),
            payloadLength: Self.payload.count)
        let payload = Self.payload
        header.updateChecksum(pseudoHeader: pseudo(.udp, 8 + payload.count), payload: payload.span.octets)
        return packet(.udp, 8 + payload.count, identification: 0x1042, flags: []) {
            header.write(to: &$0)
            $0.append(copying: payload)
        }
    }

    private func pseudo(_ protocol: IPProtocol, _ length: Int) -> Checksum {
        isIPv6
            ? Checksum(
                source: IPv6Address(rawValue: source), destination: IPv6Address(rawValue: target),
                protocol: `protocol`, length: length)
            : Checksum(source: ipv4(source), destination: ipv4(target), protocol: `protocol`, length: length)
    }

    private func packet(
        _ protocol: IPProtocol, _ length: Int, trafficClass: UInt8 = 0, identification: UInt16 = 0,
        flags: IPv4Header.Flags = .doNotFragment, _ body: (inout OutputSpan<UInt8>) -> Void
    ) -> [UInt8] {
        [UInt8](capacity: 40 + length) { packet in
            if isIPv6 {
                IPv6Header(
                    source: IPv6Address(rawValue: source), destination: IPv6Address(rawValue: target),
                    nextHeader: `protocol`, payloadLength: length, trafficClass: trafficClass
                ).write(to: &packet)
            } else {
                IPv4Header(
                    source: ipv4(source), destination: ipv4(target), protocol: `protocol`, payloadLength: length,
                    identification: identification, flags: flags, trafficClass: trafficClass
                ).write(to: &packet)
            }
            body(&packet)
        }
    }

    private func ipv4(_ bits: UInt128) -> IPv4Address { IPv4Address(rawValue: UInt32(truncatingIfNeeded: bits)) }
}
