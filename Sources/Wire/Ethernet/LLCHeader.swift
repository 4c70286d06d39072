/// The header of IEEE 802.2 logical link control, which a frame of IEEE 802.3's kind begins its payload with.
public struct LLCHeader: Equatable, Hashable, Sendable {
    /// The octets of a header whose control field is one octet.
    public static let minimumSize = 3

    /// Which service the frame is for, with the group bit at the bottom (DSAP).
    public var destination: UInt8

    /// Which service sent the frame, with the response bit at the bottom (SSAP).
    public var source: UInt8

    public var control: Control

    /// What kind of frame it is, in one octet or in two.
    public enum Control: Equatable, Hashable, Sendable {
        /// One octet, whose two lowest bits are set: a command, a response or plain data (0x03).
        case unnumbered(UInt8)
        /// Two octets, the first on the wire on top, whose two lowest bits are not both set.
        case numbered(UInt16)
    }

    /// Makes a header of its fields.
    public init(destination: UInt8, source: UInt8, control: Control) {
        self.destination = destination
        self.source = source
        self.control = control
    }

    /// Reads a header off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        let size = octets.byteCount >= 3 && octets.uint8(at: 2) & 3 != 3 ? 4 : 3
        let header = try octets.take(size, for: .llc)
        destination = header.uint8(at: 0)
        source = header.uint8(at: 1)
        control = size == 3 ? .unnumbered(header.uint8(at: 2)) : .numbered(header.uint16(at: 2))
    }

    /// Whether a SNAP header follows (IEEE 802-2014, 9.2).
    public var isSNAP: Bool { destination == 0xAA && source == 0xAA && control == .unnumbered(3) }

    /// Appends the header to `frame`.
    public func write(to frame: inout OutputSpan<UInt8>) {
        frame.append(destination)
        frame.append(source)
        switch control {
        case .unnumbered(let octet):
            precondition(octet & 3 == 3, "the two lowest bits of an unnumbered frame are set")
            frame.append(octet)
        case .numbered(let octets):
            precondition(octets >> 8 & 3 != 3, "the two lowest bits of a numbered frame are not both set")
            frame.append(uint16: octets)
        }
    }
}

extension Layer {
    /// IEEE 802.2.
    @inlinable public static var llc: Layer { Layer("LLC") }
}
