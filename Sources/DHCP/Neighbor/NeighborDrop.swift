/// Why a Neighbor Discovery packet got no answer, by which it is counted.
package enum NeighborDrop: String, Error, CaseIterable, Sendable {
    /// The frame is no IPv6 packet with an ICMPv6 message in it, or is cut short.
    case malformed
    /// An extension header comes before the message, which no node sends.
    case extensionHeader = "extension-header"
    /// The packet is a fragment, even a whole one (RFC 6980, 5).
    case fragment
    /// The hop limit is not 255: the packet may have passed a router (RFC 4861, 3.1).
    case hopLimit = "hop-limit"
    /// The checksum is wrong.
    case checksum
    /// The frame's source is a group, or nobody.
    case hardwareSource = "hardware-source"
    /// The frame's source is ours: it is our own packet, looped back, or somebody who says to be us.
    case ownHardwareSource = "own-hardware-source"
    /// The packet's source is a group, or the loopback address.
    case source
    /// The packet's source is an address of ours.
    case ownSource = "own-source"
    /// A message that `::` cannot send, or that names a link-layer address of `::`.
    case unspecifiedSource = "unspecified-source"
    /// The message is for an address where it does not belong.
    case destination
    /// The message asks for an address that is not ours.
    case notOurs = "not-ours"
    /// Somebody else advertises itself as a router.
    case foreignRouter = "foreign-router"
    /// Somebody else advertises an address of ours.
    case foreignClaim = "foreign-claim"
    /// Somebody else redirects, which only routers may.
    case redirect
    /// Another ICMPv6 message, which is for others.
    case otherMessage = "other-message"
    /// There are more of them than are answered.
    case rateLimit = "rate-limit"
    /// Nothing is advertised on the link.
    case notAdvertising = "not-advertising"
}
