import Wire

/// Reads frames, and knows an answer to a probe of ours by its cookie; everything else is nothing.
///
/// All of it is a stranger's input: each load is checked against the frame's end, and nothing is believed that does not
/// bring back bits that only we know.
package struct AnswerReader: Sendable {
    package let technique: Technique
    package let path: Path
    package let cookie: Cookie

    /// Packets that looked like answers, and whose cookie was wrong.
    package private(set) var strangers = 0

    /// Headers of IPv6 that are walked before a packet is given up (as many kinds as RFC 8200 has, twice).
    private static let extensionLimit = 8
    /// Where requests of TFTP go.
    private static let transferPort: UInt16 = 69

    package init(technique: Technique, path: Path, cookie: Cookie) {
        (self.technique, self.path, self.cookie) = (technique, path, cookie)
    }

    /// The answer in a frame; nil if there is none.
    package mutating func read(_ frame: RawSpan) -> Answer? {
        let start = path.framing.size
        if technique == .neighbor, !path.isIPv6 { return read(reply: frame) }
        if path.isIPv6 {
            guard start + 40 <= frame.byteCount else { return nil }
            if path.framing == .ethernet, frame.uint16(at: 12) != 0x86DD { return nil }
            let packet = frame.extracting(droppingFirst: start)
            if technique == .neighbor {
                guard path.framing == .ethernet, packet.byteCount >= 48, packet.uint8(at: 6) == 58,
                    packet.uint8(at: 7) == 255, packet.uint8(at: 40) == 136, packet.uint128(at: 24) == path.source
                else { return nil }
                return read(advertisement: packet.extracting(droppingFirst: 40), hardware: frame.uint48(at: 6))
            }
            return read(ipv6: packet)
        }
        guard start + 20 <= frame.byteCount else { return nil }
        if path.framing == .ethernet, frame.uint16(at: 12) != 0x0800 { return nil }
        return read(ipv4: frame.extracting(droppingFirst: start))
    }

    /// An ARP reply to us.
    ///
    /// It has no room for a cookie: whoever is on the link can forge one.
    private func read(reply frame: RawSpan) -> Answer? {
        guard frame.byteCount >= 42, frame.uint16(at: 12) == 0x0806, frame.uint64(at: 14) == 0x0001_0800_0604_0002,
            frame.uint32(at: 38) == UInt32(truncatingIfNeeded: path.source)
        else { return nil }
        return Answer(
            address: UInt128(frame.uint32(at: 28)), port: 0, attempt: 0, evidence: .arpResponse, timeToLive: 0,
            hardwareAddress: frame.uint48(at: 22))
    }

    /// A neighbor's advertisement of an address that it has; the option may be missing, the frame's source may not.
    private func read(advertisement message: RawSpan, hardware: UInt64) -> Answer? {
        guard message.byteCount >= 24 else { return nil }
        var answer = Answer(
            address: message.uint128(at: 8), port: 0, attempt: 0, evidence: .neighborAdvertisement, timeToLive: 0,
            hardwareAddress: hardware)
        if message.byteCount >= 32, message.uint16(at: 24) == 0x0201 {
            answer.hardwareAddress = message.uint48(at: 26)
        }
        return answer
    }

    private mutating func read(ipv4 packet: RawSpan) -> Answer? {
        guard packet.uint8(at: 0) >> 4 == 4 else { return nil }
        let size = Int(packet.uint8(at: 0) & 15) * 4
        // What follows the first fragment has no header to be known by.
        guard size >= 20, size <= packet.byteCount, packet.uint16(at: 6) & 0x1FFF == 0,
            packet.uint32(at: 16) == UInt32(truncatingIfNeeded: path.source)
        else { return nil }
        let source = UInt128(packet.uint32(at: 12))
        let number = IPProtocol(rawValue: packet.uint8(at: 9))
        // What an Ethernet frame is padded with is not the packet's.
        let end = min(packet.byteCount, max(size, Int(packet.uint16(at: 2))))
        let body = packet.extracting(size..<end)
        let answer =
            number == .icmp
            ? read(control: body, from: source)
            : read(number, body, from: source)
        return finish(answer, number, from: source, timeToLive: packet.uint8(at: 8))
    }

    private mutating func read(ipv6 packet: RawSpan) -> Answer? {
        guard packet.uint8(at: 0) >> 4 == 6, packet.uint128(at: 24) == path.source else { return nil }
        let source = packet.uint128(at: 8)
        var number = IPProtocol(rawValue: packet.uint8(at: 6))
        var offset = 40
        for _ in 0..<Self.extensionLimit where number.isIPv6Extension {
            guard offset + 8 <= packet.byteCount else { return nil }
            // A fragment that is not the first has no header to be known by.
            if number == .fragment, packet.uint16(at: offset + 2) & 0xFFF8 != 0 { return nil }
            let length =
                switch number {
                case .fragment: 8
                case .authentication: (Int(packet.uint8(at: offset + 1)) + 2) * 4
                default: (Int(packet.uint8(at: offset + 1)) + 1) * 8
                }
            number = IPProtocol(rawValue: packet.uint8(at: offset))
            offset += length
        }
        guard offset <= packet.byteCount, !number.isIPv6Extension else { return nil }
        let body = packet.extracting(offset..<min(packet.byteCount, max(offset, 40 + Int(packet.uint16(at: 4)))))
        let answer =
            number == .icmpv6
            ? read(control6: body, from: source)
            : read(number, body, from: source)
        return finish(answer, number, from: source, timeToLive: packet.uint8(at: 7))
    }

    /// Adds what the header tells; a packet of a protocol that was asked for answers a protocol scan as such.
    private func finish(
        _ answer: Answer?, _ number: IPProtocol, from source: UInt128, timeToLive: UInt8
    ) -> Answer? {
        var found = answer
        if found == nil, technique == .ipProtocol, number != .icmp, number != .icmpv6 {
            found = Answer(
                address: source, port: UInt16(number.rawValue), attempt: 0, evidence: .protocolResponse, timeToLive: 0)
        }
        found?.timeToLive = timeToLive
        return found
    }

    // MARK: - Answers of the host itself

    private mutating func read(_ number: IPProtocol, _ body: RawSpan, from source: UInt128) -> Answer? {
        switch number {
        case .tcp: read(segment: body, from: source)
        case .udp: read(datagram: body, from: source)
        case .sctp: read(chunk: body, from: source)
        default: nil
        }
    }

    private mutating func read(segment: RawSpan, from source: UInt128) -> Answer? {
        guard segment.byteCount >= 20, let attempt = cookie.attempt(ofSourcePort: segment.uint16(at: 2)) else {
            return nil
        }
        let isProtocol = technique == .ipProtocol
        guard technique.isTCP || isProtocol else { return nil }
        let port = isProtocol ? UInt16(IPProtocol.tcp.rawValue) : segment.uint16(at: 0)
        let fields = cookie.fields(source, isIPv6: path.isIPv6, port: port, attempt: attempt)
        let flags = TCPHeader.Flags(rawValue: segment.uint16(at: 12) & 0xFFF)
        // SYN and FIN count as an octet each, and some stacks acknowledge neither.
        let distance = segment.uint32(at: 8) &- fields.sequence
        let acknowledges = flags.contains(.acknowledgment) && distance <= 2
        let resets = flags.contains(.reset)
        // A reset of a segment that has an acknowledgment number takes it for its sequence number (RFC 9293, 3.10.7.1).
        let continues = resets && segment.uint32(at: 4) == fields.acknowledgment
        // A SYN without an acknowledgment (RFC 9293, 3.5) brings back nothing that proves it, and counts for nothing.
        guard fields.sourcePort == segment.uint16(at: 2), acknowledges || continues else {
            strangers += 1
            return nil
        }
        let evidence: Evidence
        if isProtocol {
            evidence = .protocolResponse
        } else if resets {
            evidence = segment.uint16(at: 14) == 0 ? .reset : .resetWithWindow
        } else if flags.contains(.synchronize) {
            evidence = .synchronizeAcknowledgment
        } else {
            // A bare acknowledgment: of a connection that stands since before (RFC 5961, 4).
            return nil
        }
        return Answer(address: source, port: port, attempt: attempt, evidence: evidence, timeToLive: 0)
    }

    private mutating func read(datagram: RawSpan, from source: UInt128) -> Answer? {
        guard datagram.byteCount >= 8, let attempt = cookie.attempt(ofSourcePort: datagram.uint16(at: 2)) else {
            return nil
        }
        guard technique == .udp || technique == .ipProtocol else { return nil }
        let isProtocol = technique == .ipProtocol
        let port = isProtocol ? UInt16(IPProtocol.udp.rawValue) : datagram.uint16(at: 0)
        let fields = cookie.fields(source, isIPv6: path.isIPv6, port: port, attempt: attempt)
        guard fields.sourcePort == datagram.uint16(at: 2) else {
            if !isProtocol, let answer = read(transfer: datagram, attempt, from: source) { return answer }
            strangers += 1
            return nil
        }
        return Answer(
            address: source, port: port, attempt: attempt, evidence: isProtocol ? .protocolResponse : .udpResponse,
            timeToLive: 0)
    }

    /// An answer of TFTP, which comes from a port of the server's choice (RFC 1350, 4): data, an error, or options.
    private func read(transfer datagram: RawSpan, _ attempt: UInt8, from source: UInt128) -> Answer? {
        guard datagram.byteCount >= 12, [3, 5, 6].contains(datagram.uint16(at: 8)) else { return nil }
        let fields = cookie.fields(source, isIPv6: path.isIPv6, port: Self.transferPort, attempt: attempt)
        guard fields.sourcePort == datagram.uint16(at: 2) else { return nil }
        return Answer(
            address: source, port: Self.transferPort, attempt: attempt, evidence: .udpResponse, timeToLive: 0)
    }

    private mutating func read(chunk packet: RawSpan, from source: UInt128) -> Answer? {
        guard packet.byteCount >= 16, let attempt = cookie.attempt(ofSourcePort: packet.uint16(at: 2)) else {
            return nil
        }
        guard technique == .sctpInit || technique == .ipProtocol else { return nil }
        let isProtocol = technique == .ipProtocol
        let port = isProtocol ? UInt16(IPProtocol.sctp.rawValue) : packet.uint16(at: 0)
        let fields = cookie.fields(source, isIPv6: path.isIPv6, port: port, attempt: attempt)
        guard fields.sourcePort == packet.uint16(at: 2), packet.uint32(at: 4) == StreamControl.tag(fields) else {
            strangers += 1
            return nil
        }
        let evidence: Evidence
        switch packet.uint8(at: 12) {
        case _ where isProtocol: evidence = .protocolResponse
        case 2: evidence = .initAcknowledgment
        case 6: evidence = .abort
        default: return nil
        }
        return Answer(address: source, port: port, attempt: attempt, evidence: evidence, timeToLive: 0)
    }
}

// MARK: - ICMP

extension AnswerReader {
    private mutating func read(control message: RawSpan, from source: UInt128) -> Answer? {
        guard message.byteCount >= 8 else { return nil }
        let (type, code) = (message.uint8(at: 0), message.uint8(at: 1))
        switch type {
        case 0: return read(reply: message, .echoReply, from: source)
        case 14: return read(reply: message, .timestampReply, from: source)
        case 18: return read(reply: message, .maskReply, from: source)
        case 3, 11, 12:
            guard let evidence = Self.evidence(type, code) else { return nil }
            return read(quote: message.extracting(droppingFirst: 8), evidence, from: source)
        default: return nil
        }
    }

    private mutating func read(control6 message: RawSpan, from source: UInt128) -> Answer? {
        guard message.byteCount >= 8 else { return nil }
        let (type, code) = (message.uint8(at: 0), message.uint8(at: 1))
        switch type {
        case 129: return read(reply: message, .echoReply, from: source)
        case 1...4:
            guard let evidence = Self.evidence6(type, code) else { return nil }
            return read(quote6: message.extracting(droppingFirst: 8), evidence, from: source)
        default: return nil
        }
    }

    private mutating func read(reply message: RawSpan, _ evidence: Evidence, from source: UInt128) -> Answer? {
        guard let attempt = cookie.attempt(ofSourcePort: message.uint16(at: 4)) else { return nil }
        let isProtocol = technique == .ipProtocol
        switch (technique, evidence) {
        case (.echo, .echoReply), (.timestamp, .timestampReply), (.mask, .maskReply), (.ipProtocol, .echoReply): break
        default: return nil
        }
        let number = (path.isIPv6 ? IPProtocol.icmpv6 : .icmp).rawValue
        let port = isProtocol ? UInt16(number) : 0
        let fields = cookie.fields(source, isIPv6: path.isIPv6, port: port, attempt: attempt)
        guard fields.sourcePort == message.uint16(at: 4),
            UInt16(truncatingIfNeeded: fields.sequence) == message.uint16(at: 6)
        else {
            strangers += 1
            return nil
        }
        return Answer(
            address: source, port: port, attempt: attempt, evidence: isProtocol ? .protocolResponse : evidence,
            timeToLive: 0)
    }

    /// What an ICMP error says (RFC 792, RFC 1812, 5.2.7.1).
    private static func evidence(_ type: UInt8, _ code: UInt8) -> Evidence? {
        switch (type, code) {
        case (11, _): .timeExceeded
        case (12, _): .parameterProblem
        case (3, 0), (3, 6), (3, 11): .networkUnreachable
        case (3, 1), (3, 7), (3, 12): .hostUnreachable
        case (3, 2): .protocolUnreachable
        case (3, 3): .portUnreachable
        // Too big: not about a port, and no probe of ours is.
        case (3, 4): nil
        case (3, 5): .sourceRouteFailed
        case (3, 9): .networkProhibited
        case (3, 10): .hostProhibited
        case (3, 13), (3, 14), (3, 15): .administrativelyProhibited
        case (3, _): .unknownUnreachable
        default: nil
        }
    }

    /// What an ICMPv6 error says (RFC 4443, 3).
    private static func evidence6(_ type: UInt8, _ code: UInt8) -> Evidence? {
        switch (type, code) {
        case (1, 0): .noRoute
        case (1, 1), (1, 5): .administrativelyProhibited
        case (1, 2): .beyondScope
        case (1, 3): .addressUnreachable
        case (1, 4): .portUnreachable
        case (1, 6): .rejectedRoute
        case (1, _): .unknownUnreachable
        case (2, _): .packetTooBig
        case (3, _): .timeExceeded
        // An unknown next header is this family's way to say that a protocol is not there.
        case (4, 1): .protocolUnreachable
        case (4, _): .parameterProblem
        default: nil
        }
    }

    private mutating func read(quote packet: RawSpan, _ evidence: Evidence, from source: UInt128) -> Answer? {
        guard packet.byteCount >= 20, packet.uint8(at: 0) >> 4 == 4 else { return nil }
        let size = Int(packet.uint8(at: 0) & 15) * 4
        // Hosts quote the header and eight octets at least (RFC 792); a protocol probe may have had none.
        guard size >= 20, size <= packet.byteCount,
            packet.uint32(at: 12) == UInt32(truncatingIfNeeded: path.source)
        else { return nil }
        let identification = packet.uint16(at: 4)
        return read(
            original: IPProtocol(rawValue: packet.uint8(at: 9)), packet.extracting(droppingFirst: size),
            to: UInt128(packet.uint32(at: 16)), evidence, from: source
        ) { fields in
            // Some stacks quote the field as it lay in their memory.
            identification == fields.identification || identification == fields.identification.byteSwapped
        }
    }

    private mutating func read(quote6 packet: RawSpan, _ evidence: Evidence, from source: UInt128) -> Answer? {
        guard packet.byteCount >= 40, packet.uint8(at: 0) >> 4 == 6, packet.uint128(at: 8) == path.source else {
            return nil
        }
        let label = packet.uint32(at: 0) & 0xF_FFFF
        return read(
            original: IPProtocol(rawValue: packet.uint8(at: 6)), packet.extracting(droppingFirst: 40),
            to: packet.uint128(at: 24), evidence, from: source
        ) { fields in label == fields.flowLabel }
    }

    /// A quoted probe: whose it was is told by its own fields, not by who quotes it.
    private mutating func read(
        original number: IPProtocol, _ body: RawSpan, to address: UInt128, _ evidence: Evidence, from source: UInt128,
        _ hasMark: (Cookie.Fields) -> Bool
    ) -> Answer? {
        let reporter = source == address ? nil : source
        if technique == .ipProtocol {
            // The try is not in an empty packet; the identification of each is the same.
            let port = UInt16(number.rawValue)
            guard hasMark(cookie.fields(address, isIPv6: path.isIPv6, port: port, attempt: 0)) else {
                strangers += 1
                return nil
            }
            return Answer(
                address: address, port: port, attempt: 0, evidence: evidence, timeToLive: 0, reporter: reporter)
        }
        guard body.byteCount >= 8 else { return nil }
        let isEcho = number == .icmp || number == .icmpv6
        guard number == expected, let attempt = cookie.attempt(ofSourcePort: body.uint16(at: isEcho ? 4 : 0)) else {
            return nil
        }
        let port = isEcho ? 0 : body.uint16(at: 2)
        let fields = cookie.fields(address, isIPv6: path.isIPv6, port: port, attempt: attempt)
        let isOurs: Bool
        switch number {
        case .tcp: isOurs = fields.sourcePort == body.uint16(at: 0) && fields.sequence == body.uint32(at: 4)
        case .icmp, .icmpv6:
            isOurs =
                body.uint16(at: 0) == UInt16(requestType) << 8 && fields.sourcePort == body.uint16(at: 4)
                && UInt16(truncatingIfNeeded: fields.sequence) == body.uint16(at: 6)
        default: isOurs = fields.sourcePort == body.uint16(at: 0) && hasMark(fields)
        }
        guard isOurs else {
            strangers += 1
            return nil
        }
        return Answer(
            address: address, port: port, attempt: attempt, evidence: evidence, timeToLive: 0, reporter: reporter)
    }

    /// The ICMP type of our probes, which have code 0.
    private var requestType: UInt8 {
        switch technique {
        case .timestamp: 13
        case .mask: 17
        default: path.isIPv6 ? 128 : 8
        }
    }

    /// The protocol of our probes.
    private var expected: IPProtocol {
        switch technique {
        case .udp: .udp
        case .sctpInit: .sctp
        case .echo, .timestamp, .mask: path.isIPv6 ? .icmpv6 : .icmp
        default: .tcp
        }
    }
}
