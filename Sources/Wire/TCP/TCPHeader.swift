/// A TCP header with its options (RFC 9293, 3.1).
public struct TCPHeader: Equatable, Hashable, Sendable {
    /// The octets of a header without options.
    public static let minimumSize = 20

    /// The control bits, and above them the three that are reserved, which pass through unharmed.
    public struct Flags: OptionSet, Equatable, Hashable, Sendable {
        public var rawValue: UInt16

        @inlinable
        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        public static var finish: Flags { Flags(rawValue: 1) }
        public static var synchronize: Flags { Flags(rawValue: 2) }
        public static var reset: Flags { Flags(rawValue: 4) }
        public static var push: Flags { Flags(rawValue: 8) }
        public static var acknowledgment: Flags { Flags(rawValue: 0x10) }
        public static var urgent: Flags { Flags(rawValue: 0x20) }
        /// Congestion was notified (ECE, RFC 3168).
        public static var congestionEcho: Flags { Flags(rawValue: 0x40) }
        /// The congestion window was reduced (CWR, RFC 3168).
        public static var windowReduced: Flags { Flags(rawValue: 0x80) }
        /// Accurate congestion notification (AE, RFC 9768), once the nonce sum.
        public static var accurateEcho: Flags { Flags(rawValue: 0x100) }
        /// The twelve bits there are.
        public static var all: Flags { Flags(rawValue: 0xFFF) }
    }

    public var source: Port
    public var destination: Port
    public var sequenceNumber: UInt32

    /// The next octet expected, if the flag `acknowledgment` is set.
    public var acknowledgmentNumber: UInt32

    public var flags: Flags

    /// The octets that the sender takes, before it is scaled.
    public var window: UInt16

    /// As read, or as to be written; `updateChecksum` makes it right.
    public var checksum: UInt16

    /// Where urgent data end, if the flag `urgent` is set.
    public var urgentPointer: UInt16

    public var options: TCPOptions

    /// Makes a header of its fields, without a checksum.
    public init(
        source: Port, destination: Port, sequenceNumber: UInt32, acknowledgmentNumber: UInt32 = 0, flags: Flags,
        window: UInt16 = 0, urgentPointer: UInt16 = 0, options: TCPOptions = TCPOptions()
    ) {
        self.source = source
        self.destination = destination
        self.sequenceNumber = sequenceNumber
        self.acknowledgmentNumber = acknowledgmentNumber
        self.flags = flags
        self.window = window
        checksum = 0
        self.urgentPointer = urgentPointer
        self.options = options
    }

    /// Reads a header off the front of `octets`.
    @inlinable @inline(__always)
    public init(reading octets: inout RawSpan) throws(WireError) {
        let size = octets.byteCount > 12 ? Int(octets.uint8(at: 12) >> 4) * 4 : Self.minimumSize
        guard size >= Self.minimumSize else { throw .malformed(.tcp, field: "DOffset") }
        guard size <= octets.byteCount else {
            throw .truncated(.tcp, needed: size, available: octets.byteCount)
        }
        let header = try octets.take(Self.minimumSize, for: .tcp)
        source = Port(rawValue: header.uint16(at: 0))
        destination = Port(rawValue: header.uint16(at: 2))
        sequenceNumber = header.uint32(at: 4)
        acknowledgmentNumber = header.uint32(at: 8)
        flags = Flags(rawValue: header.uint16(at: 12) & 0xFFF)
        window = header.uint16(at: 14)
        checksum = header.uint16(at: 16)
        urgentPointer = header.uint16(at: 18)
        options = TCPOptions()
        if size > Self.minimumSize {
            options.octets.append(try octets.take(size - Self.minimumSize, for: .tcp))
        }
    }

    /// The octets that the header takes on the wire.
    public var size: Int { Self.minimumSize + options.octets.paddedCount }

    /// Appends the header to `packet`, with `checksum` as it is.
    public func write(to packet: inout OutputSpan<UInt8>) {
        packet.append(uint16: source.rawValue)
        packet.append(uint16: destination.rawValue)
        packet.append(uint32: sequenceNumber)
        packet.append(uint32: acknowledgmentNumber)
        packet.append(uint16: control)
        packet.append(uint16: window)
        packet.append(uint16: checksum)
        packet.append(uint16: urgentPointer)
        options.octets.write(to: &packet)
    }

    /// Sets the checksum for a segment that carries `payload`; `pseudoHeader` is one of `Checksum`'s initializers'.
    public mutating func updateChecksum(pseudoHeader: Checksum, payload: RawSpan) {
        checksum = 0
        checksum = sum(pseudoHeader, payload).value
    }

    /// Whether the checksum is right for `payload`.
    public func isChecksumValid(pseudoHeader: Checksum, payload: RawSpan) -> Bool {
        sum(pseudoHeader, payload).isValid
    }

    private func sum(_ pseudoHeader: Checksum, _ payload: RawSpan) -> Checksum {
        var sum = pseudoHeader
        sum.add(uint16: source.rawValue)
        sum.add(uint16: destination.rawValue)
        sum.add(uint32: sequenceNumber)
        sum.add(uint32: acknowledgmentNumber)
        sum.add(uint16: control)
        sum.add(uint16: window)
        sum.add(uint16: checksum)
        sum.add(uint16: urgentPointer)
        options.octets.add(to: &sum)
        sum.add(payload)
        return sum
    }

    /// Length and flags as the wire has them.
    private var control: UInt16 {
        precondition(Flags.all.contains(flags), "there are twelve flags")
        return UInt16(size / 4) << 12 | flags.rawValue
    }
}

extension Layer {
    /// RFC 9293.
    @inlinable public static var tcp: Layer { Layer("TCP") }
}
