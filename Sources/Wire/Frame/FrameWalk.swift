/// The way through a frame: what is left of it, and where the layer under examination begins.
struct FrameWalk: ~Escapable {
    private var rest: RawSpan

    /// Where `rest` ends in the frame, which the lengths in headers bring forward.
    private var end: Int

    /// Where the layer being read begins.
    private(set) var layerOffset = 0

    @_lifetime(copy octets)
    init(_ octets: RawSpan) {
        rest = octets
        end = octets.byteCount
    }

    /// What is left.
    var payload: Range<Int> { offset..<end }

    private var offset: Int { end - rest.byteCount }

    @_lifetime(self: copy self)
    mutating func readEthernet(into frame: inout Dissection) throws(WireError) {
        begin()
        let header = try EthernetHeader(reading: &rest)
        frame.ethernet = header
        guard let length = header.length else { return try readNetwork(header.type, into: &frame) }
        cut(to: length, of: &frame)
        begin()
        let llc = try LLCHeader(reading: &rest)
        frame.llc = llc
        guard llc.isSNAP else { return }
        begin()
        let snap = try SNAPHeader(reading: &rest)
        frame.snap = snap
        if snap.organization == 0 { try readNetwork(snap.type, into: &frame) }
    }

    /// Reads what an EtherType names; other types than those of ARP and IP are left as they are.
    @_lifetime(self: copy self)
    mutating func readNetwork(_ type: EtherType, into frame: inout Dissection) throws(WireError) {
        switch type {
        case .arp:
            begin()
            frame.network = .arp(try ARPPacket(reading: &rest))
            frame.networkOffset = layerOffset
            // What follows is Ethernet's padding.
            cut(to: 0, of: &frame)
        case .ipv4: try readIPv4(into: &frame)
        case .ipv6: try readIPv6(into: &frame)
        default: return
        }
    }

    /// Reads an IP packet of either version.
    @_lifetime(self: copy self)
    mutating func readInternetProtocol(into frame: inout Dissection) throws(WireError) {
        let isIPv6 = rest.byteCount > 0 && rest.uint8(at: 0) >> 4 == 6
        try readNetwork(isIPv6 ? .ipv6 : .ipv4, into: &frame)
    }

    @_lifetime(self: copy self)
    private mutating func readIPv4(into frame: inout Dissection) throws(WireError) {
        begin()
        let header = try IPv4Header(reading: &rest)
        frame.network = .ipv4(header)
        frame.networkOffset = layerOffset
        frame.protocol = header.protocol
        cut(to: header.payloadLength, of: &frame)
        if header.fragmentOffset == 0 { try readTransport(header.protocol, into: &frame) }
    }

    @_lifetime(self: copy self)
    private mutating func readIPv6(into frame: inout Dissection) throws(WireError) {
        begin()
        let header = try IPv6Header(reading: &rest)
        frame.network = .ipv6(header)
        frame.networkOffset = layerOffset
        // A jumbogram's length is an option; what was captured is then taken for the whole.
        if header.payloadLength > 0 || header.nextHeader != .hopByHop {
            cut(to: Int(header.payloadLength), of: &frame)
        }
        var next = header.nextHeader
        frame.protocol = next
        let first = offset
        while next.isIPv6Extension {
            begin()
            // Hop-by-hop options are only directly behind the IPv6 header (RFC 8200, 4.1).
            guard next != .hopByHop || frame.extensionCount == 0 else {
                throw .malformed(.ipv6Extension, field: "Next Header")
            }
            guard frame.extensionCount < IPv6Extension.limit else {
                throw .malformed(.ipv6Extension, field: "Header Count")
            }
            if next == .fragment {
                let fragment = try IPv6FragmentHeader(reading: &rest)
                frame.fragment = fragment
                next = fragment.nextHeader
            } else {
                next = try IPv6Extension(next, reading: &rest).nextHeader
            }
            frame.extensionCount += 1
            frame.extensions = first..<offset
            frame.protocol = next
            // What follows in a later fragment is not the header that `next` names.
            if let fragment = frame.fragment, fragment.offset > 0 { return }
        }
        try readTransport(next, into: &frame)
    }

    @_lifetime(self: copy self)
    private mutating func readTransport(_ next: IPProtocol, into frame: inout Dissection) throws(WireError) {
        begin()
        switch next {
        case .udp:
            let header = try UDPHeader(reading: &rest)
            frame.transport = .udp(header)
            frame.transportOffset = layerOffset
            // A first fragment has less than the datagram, and nothing of it is missing.
            if frame.isFragment {
                let missing = frame.missing
                cut(to: header.payloadLength, of: &frame)
                frame.missing = missing
            } else {
                cut(to: header.payloadLength, of: &frame)
            }
            return
        case .tcp: frame.transport = .tcp(try TCPHeader(reading: &rest))
        case .icmp where frame.ipv4 != nil: frame.transport = .icmpv4(try ICMPv4Header(reading: &rest))
        case .icmpv6 where frame.ipv6 != nil: frame.transport = .icmpv6(try ICMPv6Header(reading: &rest))
        default: return
        }
        frame.transportOffset = layerOffset
    }

    /// The next layer begins here.
    @_lifetime(self: copy self)
    private mutating func begin() {
        layerOffset = offset
    }

    /// Drops what is behind the `count` octets that a header counts, or notes how many are missing.
    @_lifetime(self: copy self)
    private mutating func cut(to count: Int, of frame: inout Dissection) {
        let here = offset
        frame.missing = max(frame.missing, count - rest.byteCount)
        rest = rest.extracting(first: min(count, rest.byteCount))
        end = here + rest.byteCount
    }
}
