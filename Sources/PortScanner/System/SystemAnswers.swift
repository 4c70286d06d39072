import Wire

/// What came back for each probe, as far as it tells stacks apart.
///
/// Octets that come in are hostile.
package struct SystemAnswers: Sendable {
    /// An answer over TCP.
    struct Segment: Hashable, Sendable {
        var timeToLive: UInt8
        var isFragmentable: Bool
        var identification: UInt16
        var flags: TCPHeader.Flags
        var window: UInt16
        var sequenceNumber: UInt32
        var acknowledgmentNumber: UInt32
        /// A letter for each option: M, S, T, N, W, E for the end, ? for others.
        var layout: String
        var maximumSegmentSize: UInt16?
        var windowScale: UInt8?
        var timestamp: UInt32?
        /// Nanoseconds of the monotonic clock.
        var time: UInt64
    }

    /// An answer over ICMP.
    struct Control: Hashable, Sendable {
        var timeToLive: UInt8
        var isFragmentable: Bool
        var identification: UInt16
        var trafficClass: UInt8
        var code: UInt8
        /// The octets that an error quotes, or an echo returns.
        var length: Int
    }

    package let key: SystemProbeKey
    private(set) var segments: [SystemProbe: Segment] = [:]
    private(set) var echo: Control?
    private(set) var unreachable: Control?

    package init(_ key: SystemProbeKey) { self.key = key }

    /// Whether a probe was answered.
    package func has(_ probe: SystemProbe) -> Bool {
        switch probe {
        case .echo: echo != nil
        case .datagram: unreachable != nil
        default: segments[probe] != nil
        }
    }

    package var isEmpty: Bool { segments.isEmpty && echo == nil && unreachable == nil }

    /// Takes a packet that arrived at `now`; whether it was an answer.
    @discardableResult
    package mutating func receive(_ packet: RawSpan, at now: UInt64) -> Bool {
        if key.isIPv6 { return receive(ipv6: packet, at: now) }
        var rest = packet
        guard let ip = try? IPv4Header(reading: &rest), UInt128(ip.source.rawValue) == key.target,
            UInt128(ip.destination.rawValue) == key.source, !ip.isFragment, rest.byteCount >= ip.payloadLength
        else { return false }
        let body = rest.extracting(first: ip.payloadLength)
        let isFragmentable = !ip.flags.contains(.doNotFragment)
        if ip.protocol == .tcp {
            return receive(
                segment: body, timeToLive: ip.timeToLive, isFragmentable, identification: ip.identification, at: now)
        }
        guard ip.protocol == .icmp, body.byteCount >= 8 else { return false }
        let control = Control(
            timeToLive: ip.timeToLive, isFragmentable: isFragmentable, identification: ip.identification,
            trafficClass: ip.trafficClass, code: body.uint8(at: 1), length: body.byteCount - 8)
        switch body.uint8(at: 0) {
        case 0 where body.uint16(at: 4) == key.base && echo == nil:
            echo = control
            return true
        case 3 where body.uint8(at: 1) == 3 && body.byteCount >= 36 && unreachable == nil:
            let quote = body.extracting(droppingFirst: 8)
            let size = Int(quote.uint8(at: 0) & 15) * 4
            guard quote.uint8(at: 0) >> 4 == 4, size >= 20, quote.byteCount >= size + 8, quote.uint8(at: 9) == 17,
                UInt128(quote.ipv4Address(at: 16).rawValue) == key.target,
                quote.uint16(at: size) == key.base + UInt16(SystemProbe.datagram.rawValue)
            else { return false }
            unreachable = control
            return true
        default: return false
        }
    }

    /// Behind an extension header there is no answer to these probes: no stack that is known puts one there.
    private mutating func receive(ipv6 packet: RawSpan, at now: UInt64) -> Bool {
        var rest = packet
        guard let ip = try? IPv6Header(reading: &rest), ip.source.rawValue == key.target,
            ip.destination.rawValue == key.source, rest.byteCount >= Int(ip.payloadLength)
        else { return false }
        let body = rest.extracting(first: Int(ip.payloadLength))
        if ip.nextHeader == .tcp {
            return receive(segment: body, timeToLive: ip.hopLimit, false, identification: 0, at: now)
        }
        guard ip.nextHeader == .icmpv6, body.byteCount >= 8 else { return false }
        let control = Control(
            timeToLive: ip.hopLimit, isFragmentable: false, identification: 0, trafficClass: ip.trafficClass,
            code: body.uint8(at: 1), length: body.byteCount - 8)
        switch body.uint8(at: 0) {
        case 129 where body.uint16(at: 4) == key.base && echo == nil:
            echo = control
            return true
        // The port is unreachable, says a message that quotes the header and what followed it.
        case 1 where body.uint8(at: 1) == 4 && body.byteCount >= 56 && unreachable == nil:
            let quote = body.extracting(droppingFirst: 8)
            guard quote.uint8(at: 0) >> 4 == 6, quote.uint8(at: 6) == 17,
                quote.ipv6Address(at: 24).rawValue == key.target,
                quote.uint16(at: 40) == key.base + UInt16(SystemProbe.datagram.rawValue)
            else { return false }
            unreachable = control
            return true
        default: return false
        }
    }

    private mutating func receive(
        segment octets: RawSpan, timeToLive: UInt8, _ isFragmentable: Bool, identification: UInt16, at now: UInt64
    ) -> Bool {
        var body = octets
        guard let tcp = try? TCPHeader(reading: &body) else { return false }
        let number = Int(tcp.destination.rawValue) - Int(key.base)
        guard (0..<SystemProbe.allCases.count).contains(number), let probe = SystemProbe(rawValue: UInt8(number)),
            probe != .echo, probe != .datagram, segments[probe] == nil
        else { return false }
        guard tcp.source.rawValue == (probe.needsOpenPort ? key.openPort : key.closedPort) else { return false }
        // A true answer acknowledges the very probe; a reset to an acknowledgment takes its number from it.
        let sent = key.sequence &+ UInt32(probe.rawValue) << 20
        let isTrue =
            probe == .acknowledgment
            ? tcp.flags.contains(.reset) && tcp.sequenceNumber == key.sequence ^ 0x5555_5555
            : tcp.flags.contains(.acknowledgment) && tcp.acknowledgmentNumber == sent &+ 1
        guard isTrue else { return false }
        segments[probe] = Self.segment(timeToLive, identification, tcp, isFragmentable, now)
        return true
    }

    private static func segment(
        _ timeToLive: UInt8, _ identification: UInt16, _ tcp: TCPHeader, _ isFragmentable: Bool, _ now: UInt64
    ) -> Segment {
        var segment = Segment(
            timeToLive: timeToLive, isFragmentable: isFragmentable, identification: identification,
            flags: tcp.flags,
            window: tcp.window, sequenceNumber: tcp.sequenceNumber, acknowledgmentNumber: tcp.acknowledgmentNumber,
            layout: "",
            time: now)
        var reader = tcp.options.makeReader()
        while let option = try? reader.next() {
            switch option {
            case .noOperation: segment.layout += "N"
            case .maximumSegmentSize(let size):
                segment.layout += "M"
                segment.maximumSegmentSize = size
            case .windowScale(let shift):
                segment.layout += "W"
                segment.windowScale = shift
            case .selectiveAcknowledgmentPermitted: segment.layout += "S"
            case .timestamps(let value, _):
                segment.layout += "T"
                segment.timestamp = value
            default: segment.layout += "?"
            }
        }
        return segment
    }
}
