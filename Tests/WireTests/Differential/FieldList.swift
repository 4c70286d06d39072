import Wire

/// What we read in a frame, under the names that tshark gives to fields.
struct FieldList {
    private(set) var fields: [String: String] = [:]
    let frame: Dissection

    init(_ octets: [UInt8]) {
        frame = Dissection(octets.span.octets)
        addLink()
        addNetwork(octets)
        addTransport(octets)
    }

    private mutating func set(_ name: String, _ value: some BinaryInteger) { fields[name] = String(value) }
    private mutating func set(_ name: String, _ value: Bool) { fields[name] = value ? "1" : "0" }
    private mutating func set(_ name: String, _ value: MACAddress) { fields[name] = value.description }
    private mutating func set(_ name: String, _ value: IPv4Address) { fields[name] = value.description }
    private mutating func set(_ name: String, _ value: IPv6Address) { fields[name] = value.description }

    private mutating func addLink() {
        guard let header = frame.ethernet else { return }
        set("eth.dst", header.destination)
        set("eth.src", header.source)
        if let length = header.length, header.outerTag == nil {
            set("eth.len", length)
        } else if header.outerTag == nil {
            set("eth.type", header.type.rawValue)
        }
        for tag in [header.outerTag, header.innerTag].compactMap({ $0 }) where fields[Self.name(tag) + "id"] == nil {
            set(Self.name(tag) + "id", tag.identifier)
            set(Self.name(tag) + "priority", tag.priority)
            set(Self.name(tag) + "dei", tag.isDropEligible)
        }
        if let llc = frame.llc {
            set("llc.dsap", llc.destination)
            set("llc.ssap", llc.source)
        }
        if let snap = frame.snap { set("llc.oui", snap.organization) }
    }

    private static func name(_ tag: VLANTag) -> String { tag.type == .serviceVLAN ? "ieee8021ad." : "vlan." }

    private mutating func addNetwork(_ octets: [UInt8]) {
        switch frame.network {
        case .arp(let packet):
            set("arp.opcode", packet.operation.rawValue)
            set("arp.src.hw_mac", packet.senderHardwareAddress)
            set("arp.src.proto_ipv4", packet.senderAddress)
            set("arp.dst.hw_mac", packet.targetHardwareAddress)
            set("arp.dst.proto_ipv4", packet.targetAddress)
        case .ipv4(let header):
            set("ip.hdr_len", header.size)
            set("ip.dsfield", header.trafficClass)
            set("ip.len", header.totalLength)
            set("ip.id", header.identification)
            set("ip.flags", header.flags.rawValue)
            set("ip.frag_offset", header.fragmentOffset / 8)
            set("ip.ttl", header.timeToLive)
            set("ip.proto", header.protocol.rawValue)
            set("ip.checksum", header.checksum)
            set("ip.checksum.status", header.isChecksumValid)
            set("ip.src", header.source)
            set("ip.dst", header.destination)
        case .ipv6(let header):
            set("ipv6.tclass", header.trafficClass)
            set("ipv6.flow", header.flowLabel)
            set("ipv6.plen", header.payloadLength)
            set("ipv6.nxt", header.nextHeader.rawValue)
            set("ipv6.hlim", header.hopLimit)
            set("ipv6.src", header.source)
            set("ipv6.dst", header.destination)
        case nil: break
        }
        guard let fragment = frame.fragment else { return }
        set("ipv6.fraghdr.nxt", fragment.nextHeader.rawValue)
        set("ipv6.fraghdr.offset", fragment.offset / 8)
        set("ipv6.fraghdr.more", fragment.hasMore)
        set("ipv6.fraghdr.ident", fragment.identification)
    }

    /// Whether a checksum over the whole payload can be judged.
    private var isWhole: Bool { frame.missing == 0 && !frame.isFragment }

    private mutating func addTransport(_ octets: [UInt8]) {
        let payload = octets.span.octets.extracting(frame.payload)
        switch frame.transport {
        case .udp(let header):
            set("udp.srcport", header.source.rawValue)
            set("udp.dstport", header.destination.rawValue)
            set("udp.length", header.length)
            set("udp.checksum", header.checksum)
            if isWhole, header.checksum != 0 {
                let pseudo = pseudoHeader(.udp, length: Int(header.length))
                set("udp.checksum.status", header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
            }
        case .tcp(let header):
            set("tcp.srcport", header.source.rawValue)
            set("tcp.dstport", header.destination.rawValue)
            set("tcp.seq_raw", header.sequenceNumber)
            set("tcp.ack_raw", header.acknowledgmentNumber)
            set("tcp.hdr_len", header.size)
            set("tcp.flags", header.flags.rawValue)
            set("tcp.window_size_value", header.window)
            set("tcp.checksum", header.checksum)
            set("tcp.urgent_pointer", header.urgentPointer)
            addOptions(header.options)
            if isWhole {
                let pseudo = pseudoHeader(.tcp, length: header.size + payload.byteCount)
                set("tcp.checksum.status", header.isChecksumValid(pseudoHeader: pseudo, payload: payload))
            }
        case .icmpv4(let header):
            set("icmp.type", header.type.rawValue)
            set("icmp.code", header.code)
            set("icmp.checksum", header.checksum)
            if header.type == .echoRequest || header.type == .echoReply {
                set("icmp.ident", header.identifier)
                set("icmp.seq", header.sequenceNumber)
            }
            if isWhole { set("icmp.checksum.status", header.isChecksumValid(payload: payload)) }
        case .icmpv6(let header):
            set("icmpv6.type", header.type.rawValue)
            set("icmpv6.code", header.code)
            set("icmpv6.checksum", header.checksum)
            if header.type == .echoRequest || header.type == .echoReply {
                set("icmpv6.echo.identifier", header.identifier)
                set("icmpv6.echo.sequence_number", header.sequenceNumber)
            }
            if isWhole, let six = frame.ipv6 {
                let isValid = header.isChecksumValid(
                    source: six.source, destination: six.destination, payload: payload)
                set("icmpv6.checksum.status", isValid)
            }
        case nil: break
        }
    }

    private mutating func addOptions(_ options: TCPOptions) {
        var reader = options.makeReader()
        while let option = try? reader.next() {
            switch option {
            case .maximumSegmentSize(let size) where fields["tcp.options.mss_val"] == nil:
                set("tcp.options.mss_val", size)
            case .windowScale(let shift) where fields["tcp.options.wscale.shift"] == nil:
                set("tcp.options.wscale.shift", shift)
            case .timestamps(let value, let echo) where fields["tcp.options.timestamp.tsval"] == nil:
                set("tcp.options.timestamp.tsval", value)
                set("tcp.options.timestamp.tsecr", echo)
            case .selectiveAcknowledgment where fields["tcp.options.sack_le"] == nil:
                set("tcp.options.sack_le", option.block(0).first)
                set("tcp.options.sack_re", option.block(0).end)
            default: break
            }
        }
    }

    private func pseudoHeader(_ next: IPProtocol, length: Int) -> Checksum {
        if let six = frame.ipv6 {
            return Checksum(source: six.source, destination: six.destination, protocol: next, length: length)
        }
        let four = frame.ipv4
        return Checksum(
            source: four?.source ?? .any, destination: four?.destination ?? .any, protocol: next, length: length)
    }
}
