import PortScanner
import Testing
import Wire

/// A host of the tests' own that answers as RFCs have it, built with Wire and not with what is tested.
private struct Responder {
    let isIPv6: Bool

    /// The TCP segment in a probe, read by Wire, with its sums verified.
    func segment(of frame: [UInt8]) throws -> (source: UInt128, target: UInt128, header: TCPHeader) {
        var octets = frame.span.octets
        _ = try EthernetHeader(reading: &octets)
        if isIPv6 {
            let header = try IPv6Header(reading: &octets)
            var rest = octets
            let segment = try TCPHeader(reading: &rest)
            let sum = Checksum(
                source: header.source, destination: header.destination, protocol: .tcp, length: octets.byteCount)
            let isValid = segment.isChecksumValid(pseudoHeader: sum, payload: rest)
            #expect(isValid)
            return (header.source.rawValue, header.destination.rawValue, segment)
        }
        let header = try IPv4Header(reading: &octets)
        #expect(header.isChecksumValid)
        #expect(Int(header.totalLength) == frame.count - 14)
        var rest = octets
        let segment = try TCPHeader(reading: &rest)
        let sum = Checksum(
            source: header.source, destination: header.destination, protocol: .tcp, length: octets.byteCount)
        let isValid = segment.isChecksumValid(pseudoHeader: sum, payload: rest)
        #expect(isValid)
        return (UInt128(header.source.rawValue), UInt128(header.destination.rawValue), segment)
    }

    /// A frame from the host to us.
    func frame(_ protocol: IPProtocol, _ payload: [UInt8], from source: UInt128, to target: UInt128) -> [UInt8] {
        var frame: [UInt8] = Array(repeating: 2, count: 12) + (isIPv6 ? [0x86, 0xDD] : [8, 0])
        if isIPv6 {
            frame += [0x60, 0, 0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 255), `protocol`.rawValue, 61]
            frame += [source, target].flatMap { address in
                (0..<16).map { UInt8(truncatingIfNeeded: address >> UInt128(120 - 8 * $0)) }
            }
            return frame + payload
        }
        let header = IPv4Header(
            source: IPv4Address(rawValue: UInt32(source)), destination: IPv4Address(rawValue: UInt32(target)),
            protocol: `protocol`, payloadLength: payload.count, timeToLive: 61)
        return frame + [UInt8](capacity: 20) { header.write(to: &$0) } + payload
    }

    func answer(_ segment: TCPHeader, _ flags: TCPHeader.Flags, window: UInt16 = 0) -> [UInt8] {
        let length: UInt32 = segment.flags.isDisjoint(with: [.synchronize, .finish]) ? 0 : 1
        // RFC 9293, 3.10.7.1: a reset of a segment with an acknowledgment takes that for its sequence number.
        let takes = segment.flags.contains(.acknowledgment) && flags == .reset
        let header = TCPHeader(
            source: segment.destination, destination: segment.source,
            sequenceNumber: takes ? segment.acknowledgmentNumber : 77,
            acknowledgmentNumber: takes ? 0 : segment.sequenceNumber &+ length, flags: flags, window: window)
        return [UInt8](capacity: 20) { header.write(to: &$0) }
    }
}

extension AnswerReader {
    /// Spans may not be handed through `#expect`.
    fileprivate mutating func read(octets: [UInt8]) -> Answer? { read(octets.span.octets) }
}

@Suite("Probes and answers")
struct ProbeTests {
    static let target4: UInt128 = 0x0A08_0002
    static let target6: UInt128 = 0xFD00_0008 << 96 | 2

    static func path(_ isIPv6: Bool) -> Path {
        Path(
            interface: "eth0", interfaceIndex: 2, framing: .ethernet, hardwareAddress: MACAddress(2, 0, 0, 0, 0, 1),
            source: isIPv6 ? 0xFD00_0008 << 96 | 1 : 0x0A08_0001, isIPv6: isIPv6, gateway: nil)
    }

    static let cookie = Cookie(hash: KeyedHash(key: (11, 12)))

    static func probe(_ technique: Technique, _ isIPv6: Bool, port: UInt16 = 443, attempt: UInt8 = 2) -> [UInt8] {
        let writer = ProbeWriter(technique: technique, path: path(isIPv6), cookie: cookie)
        return [UInt8](capacity: 2048) {
            writer.write(
                isIPv6 ? target6 : target4, port: port, attempt: attempt, hardware: 0x0200_0000_0002, to: &$0)
        }
    }

    @Test(
        arguments: [Technique.synchronize, .acknowledge, .window, .finish, .null, .christmas, .maimon], [false, true])
    func `a segment is right, and its answers are known`(_ technique: Technique, _ isIPv6: Bool) throws {
        let responder = Responder(isIPv6: isIPv6)
        let frame = Self.probe(technique, isIPv6)
        let (source, target, segment) = try responder.segment(of: frame)
        #expect(source == Self.path(isIPv6).source)
        #expect(target == (isIPv6 ? Self.target6 : Self.target4))
        #expect(segment.flags == technique.flags)
        #expect(segment.destination == 443)
        var reader = AnswerReader(technique: technique, path: Self.path(isIPv6), cookie: Self.cookie)
        let hasNumber = segment.flags.contains(.acknowledgment)
        let reset = responder.answer(segment, hasNumber ? .reset : [.reset, .acknowledgment])
        let got = reader.read(octets: responder.frame(.tcp, reset, from: target, to: source))
        #expect(
            got == Answer(address: target, port: 443, attempt: 2, evidence: .reset, timeToLive: 61, reporter: nil))
        let open = responder.answer(segment, [.synchronize, .acknowledgment], window: 9)
        let answer = reader.read(octets: responder.frame(.tcp, open, from: target, to: source))
        #expect(answer?.evidence == .synchronizeAcknowledgment)
        // Each bit of what proves an answer counts: ports, acknowledgment, addresses.
        for place in [0, 1, 2, 3] {
            for bit in 0..<8 {
                var forged = responder.answer(segment, [.synchronize, .acknowledgment])
                forged[place] ^= 1 << UInt8(bit)
                let got = reader.read(octets: responder.frame(.tcp, forged, from: target, to: source))
                #expect(got == nil, "octet \(place), bit \(bit)")
            }
        }
        for place in 8..<12 {
            var forged = responder.answer(segment, [.synchronize, .acknowledgment])
            forged[place] ^= 0x40
            #expect(reader.read(octets: responder.frame(.tcp, forged, from: target, to: source)) == nil)
        }
        #expect(reader.read(octets: responder.frame(.tcp, open, from: target ^ 4, to: source)) == nil)
        #expect(reader.read(octets: responder.frame(.tcp, open, from: target, to: source ^ 4)) == nil)
        #expect(reader.strangers > 0)
    }

    @Test(arguments: [Technique.synchronize, .udp, .echo, .sctpInit], [false, true])
    func `an ICMP error is known by eight octets of what it quotes, and who sent it is told`(
        _ technique: Technique, _ isIPv6: Bool
    ) throws {
        let responder = Responder(isIPv6: isIPv6)
        let frame = Self.probe(technique, isIPv6, port: technique == .echo ? 0 : 53)
        let path = Self.path(isIPv6)
        let target = isIPv6 ? Self.target6 : Self.target4
        let router = target ^ 0x30
        let quote = Array(frame[14..<(14 + (isIPv6 ? 40 : 20) + 8)])
        let message: [UInt8] = (isIPv6 ? [1, 1, 0, 0, 0, 0, 0, 0] : [3, 13, 0, 0, 0, 0, 0, 0]) + quote
        var reader = AnswerReader(technique: technique, path: path, cookie: Self.cookie)
        let kind: IPProtocol = isIPv6 ? .icmpv6 : .icmp
        let answer = reader.read(octets: responder.frame(kind, message, from: router, to: path.source))
        #expect(answer?.evidence == .administrativelyProhibited)
        #expect(answer?.address == target)
        #expect(answer?.reporter == router)
        #expect(answer?.port == (technique == .echo ? 0 : 53))
        #expect(answer?.attempt == 2)
        // Cut anywhere before the eight octets are whole, it is nothing, and nothing breaks.
        let whole = responder.frame(kind, message, from: router, to: path.source)
        for count in 0..<whole.count {
            #expect(reader.read(octets: Array(whole[..<count])) == nil, "\(count) octets")
        }
        // One bit of the quoted ports or numbers, and it is a forgery.
        var forged = message
        forged[message.count - 8] ^= 1
        #expect(reader.read(octets: responder.frame(kind, forged, from: router, to: path.source)) == nil)
    }

    @Test func `a UDP datagram is right, and its answer known`() throws {
        let frame = Self.probe(.udp, false, port: 53)
        var octets = frame.span.octets
        _ = try EthernetHeader(reading: &octets)
        let header = try IPv4Header(reading: &octets)
        var rest = octets
        let datagram = try UDPHeader(reading: &rest)
        var question = rest
        let message = try DNSMessage(reading: &question)
        #expect(message.questions.count == 1)
        #expect(datagram.destination == 53)
        var sum = Checksum(
            source: header.source, destination: header.destination, protocol: .udp, length: octets.byteCount)
        sum.add(octets)
        #expect(sum.isValid)
        let reply: [UInt8] = [
            0, 53, UInt8(datagram.source.rawValue >> 8), UInt8(datagram.source.rawValue & 255), 0, 8, 0, 0,
        ]
        var reader = AnswerReader(technique: .udp, path: Self.path(false), cookie: Self.cookie)
        let responder = Responder(isIPv6: false)
        let got = reader.read(octets: responder.frame(.udp, reply, from: Self.target4, to: 0x0A08_0001))
        #expect(got?.evidence == .udpResponse)
        // From another port it is no answer of this one.
        var other = reply
        other[1] = 54
        #expect(reader.read(octets: responder.frame(.udp, other, from: Self.target4, to: 0x0A08_0001)) == nil)
    }

    @Test func `an ARP reply to somebody else, or that is none, is nobody's answer`() {
        let own = MACAddress(2, 0, 0, 0, 0, 1)
        let path = Path(
            interface: "eth0", interfaceIndex: 1, framing: .ethernet, hardwareAddress: own, source: 0x0A08_0001,
            isIPv6: false, gateway: nil)
        var reader = AnswerReader(technique: .neighbor, path: path, cookie: Cookie(hash: KeyedHash(key: (1, 2))))
        func reply(to target: UInt32, operation: UInt16 = 2) -> [UInt8] {
            [UInt8](capacity: 64) {
                own.write(to: &$0)
                $0.append(uint48: 0x0200_0000_0002)
                $0.append(uint16: 0x0806)
                $0.append(uint32: 0x0001_0800)
                $0.append(uint16: 0x0604)
                $0.append(uint16: operation)
                $0.append(uint48: 0x0200_0000_0002)
                $0.append(uint32: 0x0A08_0002)
                own.write(to: &$0)
                $0.append(uint32: target)
            }
        }
        #expect(reader.read(reply(to: 0x0A08_0001).span.octets)?.hardwareAddress == 0x0200_0000_0002)
        #expect(reader.read(reply(to: 0x0A08_0009).span.octets) == nil)
        #expect(reader.read(reply(to: 0x0A08_0001, operation: 1).span.octets) == nil)
        for length in 0..<42 { #expect(reader.read(Array(reply(to: 0x0A08_0001)[..<length]).span.octets) == nil) }
    }

    @Test func `every payload fits, and SCTP's sum is CRC32c`() {
        for (port, payload) in ProbePayloads.all { #expect(payload.count <= 1300, "port \(port)") }
        let frame = Self.probe(.sctpInit, false, port: 9)
        var packet = Array(frame[34...])
        let sum = packet[8..<12].enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(8 * $1.offset) }
        packet.replaceSubrange(8..<12, with: [0, 0, 0, 0])
        #expect(crc32c(packet) == sum)
        #expect(crc32c(Array("123456789".utf8)) == 0xE306_9283)
    }

    /// By a table, unlike what is tested.
    private func crc32c(_ octets: [UInt8]) -> UInt32 {
        let table = (0..<256).map { entry in
            (0..<8).reduce(UInt32(entry)) { value, _ in value >> 1 ^ (value & 1) * 0x82F6_3B78 }
        }
        return ~octets.reduce(UInt32.max) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    @Test func `verdicts are nmap's`() {
        #expect(Verdict(.synchronize, .none).state == .filtered)
        #expect(Verdict(.synchronize, .none, isUndecided: true).state == .undecided)
        #expect(Verdict(.finish, .none).state == .openOrFiltered)
        #expect(Verdict(.acknowledge, .reset).state == .unfiltered)
        #expect(Verdict(.acknowledge, .none).state == .filtered)
        #expect(Verdict(.window, .resetWithWindow).state == .open)
        #expect(Verdict(.window, .reset).state == .closed)
        #expect(Verdict(.udp, .portUnreachable).state == .closed)
        #expect(Verdict(.udp, .administrativelyProhibited).state == .filtered)
        #expect(Verdict(.udp, .udpResponse).state == .open)
        #expect(Verdict(.ipProtocol, .protocolUnreachable).state == .closed)
        #expect(Verdict(.ipProtocol, .portUnreachable).state == .open)
        #expect(Verdict(.sctpInit, .abort).state == .closed)
    }
}
