/// What the octets of a captured frame begin with (LINKTYPE_*, draft-ietf-opsawg-pcaplinktype).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// BSD loopback: a family in the capturing machine's order.
    public static let null = LinkType(rawValue: 0)
    /// Ethernet.
    public static let ethernet = LinkType(rawValue: 1)
    /// An IPv4 or IPv6 header.
    public static let raw = LinkType(rawValue: 101)
    /// IEEE 802.11.
    public static let wireless = LinkType(rawValue: 105)
    /// Linux "cooked" capture, version 1.
    public static let linuxCooked = LinkType(rawValue: 113)
    /// Linux "cooked" capture, version 2.
    public static let linuxCooked2 = LinkType(rawValue: 276)
}
