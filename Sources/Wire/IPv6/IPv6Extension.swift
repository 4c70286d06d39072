/// An IPv6 extension header of any kind: what it is, what follows, and its octets, lent (RFC 8200, 4).
public struct IPv6Extension: ~Escapable {
    /// How many a packet may have in a row before it is refused, which no packet of use reaches.
    public static let limit = 16

    /// Which kind it is, as the header before says.
    public let kind: IPProtocol

    /// What follows.
    public let nextHeader: IPProtocol

    /// The whole header, with its type and length.
    public let octets: RawSpan

    /// Reads the header of a `kind` that is an extension off the front of `octets`.
    @_lifetime(copy octets)
    @_lifetime(octets: copy octets)
    public init(_ kind: IPProtocol, reading octets: inout RawSpan) throws(WireError) {
        precondition(kind.isIPv6Extension, "only an extension header says what follows")
        guard octets.byteCount >= 2 else {
            throw .truncated(.ipv6Extension, needed: 2, available: octets.byteCount)
        }
        let count = Int(octets.uint8(at: 1))
        let size =
            switch kind {
            // The second octet is reserved.
            case .fragment: IPv6FragmentHeader.size
            // In words of four octets, less two (RFC 4302, 2.2).
            case .authentication: (count + 2) * 4
            // In words of eight octets, less the first.
            default: (count + 1) * 8
            }
        self.kind = kind
        nextHeader = IPProtocol(rawValue: octets.uint8(at: 0))
        self.octets = try octets.take(size, for: .ipv6Extension)
    }

    /// What can be options: everything behind type and length in a hop-by-hop or destination options header.
    public var options: IPv6Options? {
        @_lifetime(copy self)
        get {
            kind == .hopByHop || kind == .destinationOptions
                ? IPv6Options(octets.extracting(droppingFirst: 2)) : nil
        }
    }

    /// How many of a routing header's nodes are still to be visited; nil in other headers.
    public var segmentsLeft: UInt8? { kind == .routing ? octets.uint8(at: 3) : nil }

    /// Which routing a routing header asks for; nil in other headers.
    public var routingType: UInt8? { kind == .routing ? octets.uint8(at: 2) : nil }
}

extension Layer {
    /// RFC 8200, 4.
    @inlinable public static var ipv6Extension: Layer { Layer("IPv6 extension header") }
}
