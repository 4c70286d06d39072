/// An IPv4 header with its options (RFC 791, 3.1).
public struct IPv4Header: Equatable, Hashable, Sendable {
    /// The octets of a header without options.
    public static let minimumSize = 20

    /// The flags of fragmentation, and the one bit that is reserved.
    public struct Flags: OptionSet, Equatable, Hashable, Sendable {
        public var rawValue: UInt8

        @inlinable
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// More fragments follow (MF).
        public static var moreFragments: Flags { Flags(rawValue: 1) }
        /// The packet may not be fragmented (DF).
        public static var doNotFragment: Flags { Flags(rawValue: 2) }
        /// Must be zero, and passes through unharmed.
        public static var reserved: Flags { Flags(rawValue: 4) }
    }

    /// Differentiated services and congestion notification in one octet (RFC 2474, RFC 3168).
    public var trafficClass: UInt8

    /// The octets of header and payload together, `size` to 65535.
    public var totalLength: UInt16

    /// The same in all fragments of a packet.
    public var identification: UInt16

    public var flags: Flags

    /// Where the fragment's payload belongs, in octets: a multiple of eight up to 65528.
    public var fragmentOffset: Int

    /// How many routers may still forward the packet (TTL).
    public var timeToLive: UInt8

    /// What the packet carries.
    public var `protocol`: IPProtocol

    /// As read, or as to be written; `updateChecksum` makes it right.
    public var checksum: UInt16

    public var source: IPv4Address
    public var destination: IPv4Address
    public var options: IPv4Options

    /// Makes a header for a payload of so many octets, with a right checksum; traps if they are too many.
    public init(
        source: IPv4Address, destination: IPv4Address, protocol: IPProtocol, payloadLength: Int,
        identification: UInt16 = 0, flags: Flags = .doNotFragment, fragmentOffset: Int = 0, timeToLive: UInt8 = 64,
        trafficClass: UInt8 = 0, options: IPv4Options = IPv4Options()
    ) {
        let length = Self.minimumSize + options.octets.paddedCount + payloadLength
        precondition(payloadLength >= 0 && length <= 65535, "an IPv4 packet has at most 65535 octets")
        self.trafficClass = trafficClass
        totalLength = UInt16(length)
        self.identification = identification
        self.flags = flags
        self.fragmentOffset = fragmentOffset
        self.timeToLive = timeToLive
        self.protocol = `protocol`
        checksum = 0
        self.source = source
        self.destination = destination
        self.options = options
        updateChecksum()
    }

    /// Reads a header off the front of `octets`.
    ///
    /// The checksum is not verified, and `totalLength` not held against what is left: both are the caller's to judge.
    @inlinable @inline(__always)
    public init(reading octets: inout RawSpan) throws(WireError) {
        let size = octets.byteCount > 0 ? Int(octets.uint8(at: 0) & 0xF) * 4 : Self.minimumSize
        if octets.byteCount > 0 {
            guard octets.uint8(at: 0) >> 4 == 4 else { throw .malformed(.ipv4, field: "Version") }
            guard size >= Self.minimumSize else { throw .malformed(.ipv4, field: "IHL") }
        }
        guard size <= octets.byteCount else {
            throw .truncated(.ipv4, needed: size, available: octets.byteCount)
        }
        let header = try octets.take(Self.minimumSize, for: .ipv4)
        trafficClass = header.uint8(at: 1)
        totalLength = header.uint16(at: 2)
        identification = header.uint16(at: 4)
        let fragment = header.uint16(at: 6)
        flags = Flags(rawValue: UInt8(fragment >> 13))
        fragmentOffset = Int(fragment & 0x1FFF) * 8
        timeToLive = header.uint8(at: 8)
        self.protocol = IPProtocol(rawValue: header.uint8(at: 9))
        checksum = header.uint16(at: 10)
        source = header.ipv4Address(at: 12)
        destination = header.ipv4Address(at: 16)
        options = IPv4Options()
        if size > Self.minimumSize {
            options.octets.append(try octets.take(size - Self.minimumSize, for: .ipv4))
        }
        guard Int(totalLength) >= size else { throw .malformed(.ipv4, field: "Total Length") }
    }

    /// The octets that the header takes on the wire.
    public var size: Int { Self.minimumSize + options.octets.paddedCount }

    /// The octets that follow the header, by the header's account.
    public var payloadLength: Int { Int(totalLength) - size }

    /// Whether the packet is one of several fragments.
    public var isFragment: Bool { fragmentOffset > 0 || flags.contains(.moreFragments) }

    /// Appends the header to `packet`, with `checksum` as it is.
    public func write(to packet: inout OutputSpan<UInt8>) {
        precondition(Int(totalLength) >= size, "the total length counts the header")
        packet.append(UInt8(0x40 | size / 4))
        packet.append(trafficClass)
        packet.append(uint16: totalLength)
        packet.append(uint16: identification)
        packet.append(uint16: fragment)
        packet.append(timeToLive)
        packet.append(self.protocol.rawValue)
        packet.append(uint16: checksum)
        source.write(to: &packet)
        destination.write(to: &packet)
        options.octets.write(to: &packet)
    }
}

extension IPv4Header {
    /// Sets the checksum to what the other fields demand.
    public mutating func updateChecksum() {
        checksum = 0
        checksum = sum.value
    }

    /// Whether the checksum is what the other fields demand.
    public var isChecksumValid: Bool { sum.isValid }

    /// Forwards: takes one from the time to live, and adapts the checksum without a look at the rest (RFC 1624).
    ///
    /// Returns whether the packet may go on; one whose time to live was zero or one may not, and is left alone.
    public mutating func decrementTimeToLive() -> Bool {
        guard timeToLive > 1 else { return false }
        let old = UInt16(timeToLive) << 8 | UInt16(self.protocol.rawValue)
        timeToLive -= 1
        checksum = Checksum.update(checksum, replacing: old, with: old - 0x100)
        return true
    }

    /// Everything, the checksum included.
    private var sum: Checksum {
        var sum = Checksum()
        sum.add(uint16: UInt16(0x40 | size / 4) << 8 | UInt16(trafficClass))
        sum.add(uint16: totalLength)
        sum.add(uint16: identification)
        sum.add(uint16: fragment)
        sum.add(uint16: UInt16(timeToLive) << 8 | UInt16(self.protocol.rawValue))
        sum.add(uint16: checksum)
        sum.add(uint32: source.rawValue)
        sum.add(uint32: destination.rawValue)
        options.octets.add(to: &sum)
        return sum
    }

    /// Flags and offset as the wire has them.
    private var fragment: UInt16 {
        precondition(flags.rawValue < 8, "there are three flags")
        precondition(
            fragmentOffset & 7 == 0 && (0...65528).contains(fragmentOffset), "an offset is a multiple of 8 to 65528")
        return UInt16(flags.rawValue) << 13 | UInt16(fragmentOffset / 8)
    }
}

extension Layer {
    /// RFC 791.
    @inlinable public static var ipv4: Layer { Layer("IPv4") }
}
