package import Wire

/// A Neighbor Discovery message with the addresses that it goes between.
package struct NeighborPacket: Equatable, Sendable {
    /// The station that sent the frame, or sends it.
    package var hardwareSource: MACAddress

    /// The station or the group that the frame is for.
    package var hardwareDestination: MACAddress

    package var source: IPv6Address
    package var destination: IPv6Address
    package var message: NDP.Message

    /// Makes a packet for a group or a station.
    package init(
        from hardwareSource: MACAddress, _ source: IPv6Address, to hardwareDestination: MACAddress? = nil,
        _ destination: IPv6Address, _ message: NDP.Message
    ) {
        precondition(hardwareDestination != nil || destination.isMulticast, "a station is told by its MAC address")
        self.hardwareSource = hardwareSource
        self.hardwareDestination = hardwareDestination ?? MACAddress(group: destination)
        self.source = source
        self.destination = destination
        self.message = message
    }

    /// Reads a frame that begins with Ethernet's header, and holds it against what is asked of every message
    /// (RFC 4861, 6.1 and 7.1; RFC 6980, 5).
    ///
    /// `isChecksumPartial` says that the checksum was left to a network card that the frame never passed.
    package init(frame: RawSpan, isChecksumPartial: Bool = false) throws(NeighborDrop) {
        var rest = frame
        guard let ethernet = try? EthernetHeader(reading: &rest), ethernet.type == .ipv6,
            let header = try? IPv6Header(reading: &rest), Int(header.payloadLength) <= rest.byteCount
        else { throw .malformed }
        guard header.nextHeader != .fragment else { throw .fragment }
        guard !header.nextHeader.isIPv6Extension else {
            throw Self.hasFragmentHeader(rest, behind: header.nextHeader) ? .fragment : .extensionHeader
        }
        // What follows the packet is Ethernet's padding.
        var octets = rest.extracting(first: Int(header.payloadLength))
        guard header.nextHeader == .icmpv6, octets.byteCount >= 4 else { throw .malformed }
        guard (133...137).contains(octets.uint8(at: 0)) else { throw .otherMessage }
        guard header.hopLimit == NDP.hopLimit else { throw .hopLimit }
        guard !ethernet.source.isMulticast, ethernet.source != .zero else { throw .hardwareSource }
        guard !header.source.isMulticast, !header.source.isLoopback else { throw .source }
        guard
            isChecksumPartial
                || NDP.Message.isChecksumValid(octets, from: header.source, to: header.destination)
                || Self.isPseudoHeaderSum(octets, header)
        else { throw .checksum }
        guard let message = try? NDP.Message(reading: &octets) else { throw .malformed }
        self.init(
            from: ethernet.source, header.source, to: ethernet.destination, header.destination, message)
    }

    /// Whether the checksum is the pseudo-header's sum, as it is when a card was to finish it and none did.
    private static func isPseudoHeaderSum(_ octets: RawSpan, _ header: IPv6Header) -> Bool {
        let sum = Checksum(
            source: header.source, destination: header.destination, protocol: .icmpv6, length: octets.byteCount)
        return octets.uint16(at: 2) == sum.partial
    }

    /// Whether a fragment header is among the extension headers.
    private static func hasFragmentHeader(_ octets: RawSpan, behind first: IPProtocol) -> Bool {
        var rest = octets
        var next = first
        for _ in 0..<IPv6Extension.limit where next.isIPv6Extension {
            guard next != .fragment else { return true }
            guard let header = try? IPv6Extension(next, reading: &rest) else { return false }
            next = header.nextHeader
        }
        return false
    }

    /// How many octets the frame takes, without a VLAN tag.
    package var size: Int { EthernetHeader.minimumSize + IPv6Header.size + message.size }

    /// Appends the frame with its checksum, without a VLAN tag; it must fit.
    package func write(to frame: inout OutputSpan<UInt8>) {
        EthernetHeader(destination: hardwareDestination, source: hardwareSource, type: .ipv6).write(to: &frame)
        IPv6Header(
            source: source, destination: destination, nextHeader: .icmpv6, payloadLength: message.size,
            hopLimit: NDP.hopLimit
        ).write(to: &frame)
        message.write(to: &frame, from: source, to: destination)
    }

    /// The frame's octets.
    package var octets: [UInt8] { [UInt8](capacity: size) { write(to: &$0) } }
}

extension MACAddress {
    /// The group that an IPv6 multicast address is sent to (RFC 2464, 7).
    package init(group address: IPv6Address) {
        self.init(rawValue: 0x3333_0000_0000 | UInt64(truncatingIfNeeded: address.rawValue & 0xFFFF_FFFF))
    }
}
