/// The options of a hop-by-hop or destination options header (RFC 8200, 4.2).
public struct IPv6Options: ~Escapable {
    /// How many options a header may have, padding included, before the list is refused.
    ///
    /// A header of the greatest length could hold 2046 of one octet each, which serve only to keep a reader busy.
    public static let limit = 64

    /// Where an option lies.
    public struct Option: Equatable, Hashable, Sendable {
        /// What to do with an unknown one, whether it may change, and its number in one octet.
        public var type: UInt8

        /// Where the value is in `octets`.
        public var value: Range<Int>

        /// One octet of padding, without a length.
        public static var padding: UInt8 { 0 }
        /// Padding of two octets and more.
        public static var longPadding: UInt8 { 1 }
        /// Routers look at the packet more closely (RFC 2711).
        public static var routerAlert: UInt8 { 5 }
        /// A payload of more than 65535 octets (RFC 2675).
        public static var jumboPayload: UInt8 { 0xC2 }
    }

    /// The options as the wire has them.
    public let octets: RawSpan
    private var offset = 0
    private var count = 0

    /// Reads from `octets`, which are those behind type and length.
    @_lifetime(copy octets)
    public init(_ octets: RawSpan) {
        self.octets = octets
    }

    /// The next option, padding included; nil at the end.
    ///
    /// An option whose length is wrong, or which is more than the `limit`th, is thrown, and ends the list.
    @_lifetime(self: copy self)
    public mutating func next() throws(WireError) -> Option? {
        guard offset < octets.byteCount else { return nil }
        count += 1
        guard count <= Self.limit else {
            offset = octets.byteCount
            throw .malformed(.ipv6Options, field: "Option Count")
        }
        let type = octets.uint8(at: offset)
        guard type != Option.padding else {
            offset += 1
            return Option(type: type, value: offset..<offset)
        }
        let left = octets.byteCount - offset - 2
        guard left >= 0, Int(octets.uint8(at: offset + 1)) <= left else {
            offset = octets.byteCount
            throw .malformed(.ipv6Options, field: "Opt Data Len")
        }
        let start = offset + 2
        offset = start + Int(octets.uint8(at: start - 1))
        return Option(type: type, value: start..<offset)
    }
}

extension Layer {
    /// RFC 8200, 4.2.
    @inlinable public static var ipv6Options: Layer { Layer("IPv6 options") }
}
