/// What an Ethernet frame begins with: addresses, at most two VLAN tags, and a type or a length (IEEE 802.3, 3.2).
///
/// The preamble and the frame check sequence are the hardware's business; captures hold neither.
public struct EthernetHeader: Equatable, Hashable, Sendable {
    /// The octets of a header without tags.
    public static let minimumSize = 14

    /// How many tags are read: QinQ (IEEE 802.1ad) has two.
    ///
    /// Of a frame with more, `type` is a tag's, and the third tag is the first of the payload but for its type.
    public static let tagLimit = 2

    /// The station or the group that the frame is for.
    public var destination: MACAddress

    /// The station that sent the frame.
    public var source: MACAddress

    /// The first tag on the wire.
    public var outerTag: VLANTag?

    /// The second tag on the wire, behind an outer one.
    public var innerTag: VLANTag?

    /// What the frame carries; up to 1500 it is not a type but the payload's `length`.
    public var type: EtherType

    /// Makes a header of its fields.
    public init(
        destination: MACAddress, source: MACAddress, outerTag: VLANTag? = nil, innerTag: VLANTag? = nil,
        type: EtherType
    ) {
        self.destination = destination
        self.source = source
        self.outerTag = outerTag
        self.innerTag = innerTag
        self.type = type
    }

    /// Reads a header off the front of `octets`.
    @inlinable @inline(__always)
    public init(reading octets: inout RawSpan) throws(WireError) {
        guard octets.byteCount >= Self.minimumSize else {
            throw .truncated(.ethernet, needed: Self.minimumSize, available: octets.byteCount)
        }
        let addresses = try octets.take(12, for: .ethernet)
        destination = addresses.macAddress(at: 0)
        source = addresses.macAddress(at: 6)
        // What is at the front now is a tag's type or the frame's.
        if EtherType(rawValue: octets.uint16(at: 0)).isVLANTag {
            outerTag = try VLANTag(reading: &octets)
            if octets.byteCount >= 2, EtherType(rawValue: octets.uint16(at: 0)).isVLANTag {
                innerTag = try VLANTag(reading: &octets)
            }
        }
        type = EtherType(rawValue: try octets.take(2, for: .ethernet).uint16(at: 0))
        guard type.rawValue <= 1500 || type.rawValue >= 1536 else {
            throw .malformed(.ethernet, field: "Length/Type")
        }
    }

    /// The payload's octets without its padding, in a frame of IEEE 802.3's kind, in which LLC follows; nil in Ethernet II.
    public var length: Int? { type.rawValue <= 1500 ? Int(type.rawValue) : nil }

    /// The octets that the header takes on the wire.
    public var size: Int {
        Self.minimumSize + (outerTag == nil ? 0 : VLANTag.size) + (innerTag == nil ? 0 : VLANTag.size)
    }

    /// Appends the header to `frame`.
    public func write(to frame: inout OutputSpan<UInt8>) {
        precondition(innerTag == nil || outerTag != nil, "an inner tag is behind an outer one")
        precondition(innerTag != nil || !type.isVLANTag, "a tag is not the frame's type")
        precondition(type.rawValue <= 1500 || type.rawValue >= 1536, "a length is at most 1500, a type at least 1536")
        destination.write(to: &frame)
        source.write(to: &frame)
        outerTag?.write(to: &frame)
        innerTag?.write(to: &frame)
        frame.append(uint16: type.rawValue)
    }
}

extension Layer {
    /// Ethernet II and IEEE 802.3.
    @inlinable public static var ethernet: Layer { Layer("Ethernet") }
}
