import Settings
import Wire

/// Shows the transport layer.
enum TransportLayers {
    static func layer(
        _ transport: Dissection.Transport, _ frame: Dissection, payload: RawSpan, isWhole: Bool, isChecksumOpen: Bool
    ) -> DecodedLayer {
        var layer =
            switch transport {
            case .udp(let header): layer(header)
            case .tcp(let header): layer(header, length: payload.byteCount + frame.missing)
            case .icmpv4(let header): ControlMessages.layer(header, payload)
            case .icmpv6(let header): ControlMessages.layer(header, payload)
            }
        let (sum, isValid) = checksum(transport, frame, payload)
        layer.fields.append(("checksum", .integer(Int(sum))))
        if isChecksumOpen {
            layer.details.append("checksum 0x\(sum.hexadecimal) (left to the network card)")
        } else if case .udp = transport, sum == 0 {
            layer.details.append("no checksum")
        } else if isValid == false, isPartial(transport, frame, payload) {
            // No field of a file tells, but nobody else writes just that.
            layer.details.append("checksum 0x\(sum.hexadecimal) (the pseudo-header's, left to the network card)")
        } else if isWhole, let isValid {
            layer.fields.append(("checksumValid", .boolean(isValid)))
            layer.details.append("checksum 0x\(sum.hexadecimal) \(isValid ? "(right)" : "(WRONG)")")
        } else {
            layer.details.append("checksum 0x\(sum.hexadecimal) (the packet is not whole)")
        }
        return layer
    }

    private static func layer(_ header: UDPHeader) -> DecodedLayer {
        DecodedLayer(
            .datagram, "UDP",
            "\(header.source) > \(header.destination), \(header.payloadLength.counted("octet")) of payload",
            fields: [
                ("sourcePort", .integer(Int(header.source.rawValue))),
                ("destinationPort", .integer(Int(header.destination.rawValue))),
                ("length", .integer(Int(header.length))),
            ])
    }

    private static func layer(_ header: TCPHeader, length: Int) -> DecodedLayer {
        let names = names(of: header.flags)
        var text = "\(header.source) > \(header.destination), \(names.joined(separator: " "))"
        text += ", sequence \(header.sequenceNumber)"
        if header.flags.contains(.acknowledgment) { text += ", acknowledges \(header.acknowledgmentNumber)" }
        text += ", window \(header.window), \(length.counted("octet")) of payload"
        var layer = DecodedLayer(
            .segment, "TCP", text,
            fields: [
                ("sourcePort", .integer(Int(header.source.rawValue))),
                ("destinationPort", .integer(Int(header.destination.rawValue))),
                ("sequenceNumber", .integer(Int(header.sequenceNumber))),
                ("acknowledgmentNumber", .integer(Int(header.acknowledgmentNumber))),
                ("flags", .array(names.map { .string($0) })), ("window", .integer(Int(header.window))),
                ("payloadLength", .integer(length)),
            ])
        let options = options(of: header)
        if !options.isEmpty { layer.details.append("options: \(options.joined(separator: ", "))") }
        return layer
    }

    private static func names(of flags: TCPHeader.Flags) -> [String] {
        let all: [(TCPHeader.Flags, String)] = [
            (.synchronize, "SYN"), (.finish, "FIN"), (.reset, "RST"), (.push, "PSH"), (.acknowledgment, "ACK"),
            (.urgent, "URG"), (.congestionEcho, "ECE"), (.windowReduced, "CWR"), (.accurateEcho, "AE"),
        ]
        return all.filter { flags.contains($0.0) }.map(\.1)
    }

    private static func options(of header: TCPHeader) -> [String] {
        var texts: [String] = []
        var reader = header.options.makeReader()
        do throws(WireError) {
            while let option = try reader.next() {
                switch option {
                case .noOperation: continue
                case .maximumSegmentSize(let size): texts.append("MSS \(size)")
                case .windowScale(let shift): texts.append("window scale \(shift)")
                case .selectiveAcknowledgmentPermitted: texts.append("SACK permitted")
                case .selectiveAcknowledgment:
                    let blocks = (0..<option.blockCount).map { option.block($0) }
                    texts.append("SACK " + blocks.map { "\($0.first)-\($0.end)" }.joined(separator: " "))
                case .timestamps(let value, let echo): texts.append("timestamp \(value) echo \(echo)")
                case .unknown(let kind, let value): texts.append("kind \(kind) (\(value.count.counted("octet")))")
                }
            }
        } catch {
            texts.append("\(error)")
        }
        return texts
    }

    /// The checksum, and whether it is right; nil if no network layer says between whom.
    private static func checksum(
        _ transport: Dissection.Transport, _ frame: Dissection, _ payload: RawSpan
    ) -> (UInt16, Bool?) {
        switch transport {
        case .udp(let header):
            let sum = pseudoHeader(frame, .udp, UDPHeader.size + payload.byteCount)
            return (header.checksum, sum.map { header.isChecksumValid(pseudoHeader: $0, payload: payload) })
        case .tcp(let header):
            let sum = pseudoHeader(frame, .tcp, header.size + payload.byteCount)
            return (header.checksum, sum.map { header.isChecksumValid(pseudoHeader: $0, payload: payload) })
        case .icmpv4(let header): return (header.checksum, header.isChecksumValid(payload: payload))
        case .icmpv6(let header):
            return (
                header.checksum,
                frame.ipv6.map {
                    header.isChecksumValid(source: $0.source, destination: $0.destination, payload: payload)
                }
            )
        }
    }

    /// Whether the sum covers the pseudo-header alone, as Linux leaves it to a network card.
    private static func isPartial(
        _ transport: Dissection.Transport, _ frame: Dissection, _ payload: RawSpan
    ) -> Bool {
        switch transport {
        case .udp(let header):
            pseudoHeader(frame, .udp, UDPHeader.size + payload.byteCount)?.partial == header.checksum
        case .tcp(let header):
            pseudoHeader(frame, .tcp, header.size + payload.byteCount)?.partial == header.checksum
        default: false
        }
    }

    private static func pseudoHeader(_ frame: Dissection, _ number: IPProtocol, _ length: Int) -> Checksum? {
        if let ip = frame.ipv4 {
            return Checksum(source: ip.source, destination: ip.destination, protocol: number, length: length)
        }
        return frame.ipv6.map {
            Checksum(source: $0.source, destination: $0.destination, protocol: number, length: length)
        }
    }
}
