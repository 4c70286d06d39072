/// An IEEE 802.1Q tag: the four octets after a frame's addresses (IEEE 802.1Q-2022, 9.6).
public struct VLANTag: Equatable, Hashable, Sendable {
    /// The octets a tag takes on the wire.
    public static let size = 4

    /// Which kind of tag it is: customer, service, or the outer one from before 802.1ad (TPID).
    public var type: EtherType

    /// 0, the lowest, to 7 (the standard's PCP).
    public var priority: UInt8

    /// Whether the frame may be dropped first under congestion (DEI).
    public var isDropEligible: Bool

    /// 1 to 4094, or 0 in a tag that carries only a priority (VID).
    public var identifier: UInt16

    /// Makes a tag of its fields.
    public init(type: EtherType = .vlan, priority: UInt8 = 0, isDropEligible: Bool = false, identifier: UInt16) {
        self.type = type
        self.priority = priority
        self.isDropEligible = isDropEligible
        self.identifier = identifier
    }

    /// Reads a tag off the front of `octets`.
    @inlinable
    public init(reading octets: inout RawSpan) throws(WireError) {
        let tag = try octets.take(Self.size, for: .vlanTag)
        type = EtherType(rawValue: tag.uint16(at: 0))
        guard type.isVLANTag else { throw .malformed(.vlanTag, field: "TPID") }
        let control = tag.uint16(at: 2)
        guard control & 0x0FFF != 0x0FFF else { throw .malformed(.vlanTag, field: "VID") }
        priority = UInt8(control >> 13)
        isDropEligible = control & 0x1000 != 0
        identifier = control & 0x0FFF
    }

    /// Appends the tag to `frame`.
    public func write(to frame: inout OutputSpan<UInt8>) {
        precondition(type.isVLANTag, "a tag's type is one of a tag")
        precondition(priority < 8 && identifier < 4095, "a priority is 0 to 7, an identifier 0 to 4094")
        frame.append(uint16: type.rawValue)
        frame.append(uint16: UInt16(priority) << 13 | (isDropEligible ? 0x1000 : 0) | identifier)
    }
}

extension Layer {
    /// IEEE 802.1Q and 802.1ad.
    @inlinable public static var vlanTag: Layer { Layer("VLAN tag") }
}
