/// The header of IEEE 802.2 logical link control, which a frame of IEEE 802.3's kind begins its payload with.
public struct LLCHeader: Equatable, Hashable, Sendable {
    /// The octets of a header whose control field is one octet.
    public static let minimumSize = 3

    /// Which service the frame is for, with the group bit at the bottom (DSAP).
    public var destination: UInt8

    /// Which service sent the frame, with the response bit at the bottom (SSAP).
    public var source: UInt8

    /// One octet in an unnumbered frame, whose two lowest bits are set; else two, the first on the wire on top.
    public var control: UInt16

    /// Makes a header of its fields.
    public init(destination: UInt8, source: UInt8, control: UInt16) {
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
        control = size == 3 ? UInt16(header.uint8(at: 2)) : header.uint16(at: 2)
    }

    /// Whether the control field is one octet.
    ///
    /// Two octets have their kind in the first one, the upper half here, which is not that of an unnumbered frame.
    public var isUnnumbered: Bool { control < 256 && control & 3 == 3 }

    /// Whether a SNAP header follows (IEEE 802-2014, 9.2).
    public var isSNAP: Bool { destination == 0xAA && source == 0xAA && control == 3 }

    /// Appends the header to `frame`.
    public func write(to frame: inout OutputSpan<UInt8>) {
        precondition(isUnnumbered || control >> 8 & 3 != 3, "a control field of two octets is not unnumbered")
        frame.append(destination)
        frame.append(source)
        if isUnnumbered {
            frame.append(UInt8(control))
        } else {
            frame.append(uint16: control)
        }
    }
}

extension Layer {
    /// IEEE 802.2.
    public static var llc: Layer { Layer("LLC") }
}
