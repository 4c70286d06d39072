/// An IPv6 address (RFC 4291), without a zone.
public struct IPv6Address: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The octets it takes on the wire.
    public static let size = 16

    /// The most octets that its text takes.
    public static let textCapacity = 39

    /// The address with its first octet on top.
    public let rawValue: UInt128

    /// Makes an address of an integer whose top octet is the address's first.
    @inlinable
    public init(rawValue: UInt128) {
        self.rawValue = rawValue
    }

    /// Makes an address of its eight groups.
    public init(
        _ a: UInt16, _ b: UInt16, _ c: UInt16, _ d: UInt16, _ e: UInt16, _ f: UInt16, _ g: UInt16, _ h: UInt16
    ) {
        let high = UInt64(a) << 48 | UInt64(b) << 32 | UInt64(c) << 16 | UInt64(d)
        let low = UInt64(e) << 48 | UInt64(f) << 32 | UInt64(g) << 16 | UInt64(h)
        rawValue = UInt128(high) << 64 | UInt128(low)
    }

    /// The IPv4-mapped form of `address`, ::ffff:0:0/96 (RFC 4291, 2.5.5.2).
    public init(mapping address: IPv4Address) {
        rawValue = 0xFFFF << 32 | UInt128(address.rawValue)
    }

    /// Reads an address off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        self = try octets.take(Self.size, for: .ipv6Address).ipv6Address(at: 0)
    }

    /// Appends the address to `octets`.
    @inlinable
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint128: rawValue)
    }

    /// `::`, which stands for none.
    public static var any: IPv6Address { IPv6Address(rawValue: 0) }

    /// `::1`.
    public static var loopback: IPv6Address { IPv6Address(rawValue: 1) }

    /// `ff02::1`, every node on the link.
    public static var allNodes: IPv6Address { IPv6Address(0xFF02, 0, 0, 0, 0, 0, 0, 1) }

    /// `ff02::2`, every router on the link.
    public static var allRouters: IPv6Address { IPv6Address(0xFF02, 0, 0, 0, 0, 0, 0, 2) }

    /// Whether it is `::`.
    public var isUnspecified: Bool { rawValue == 0 }

    /// Whether it is `::1`.
    public var isLoopback: Bool { rawValue == 1 }

    /// Whether it is in ff00::/8.
    public var isMulticast: Bool { rawValue >> 120 == 0xFF }

    /// Whether it is in fe80::/10.
    public var isLinkLocal: Bool { rawValue >> 118 == 0x3FA }

    /// Whether it is in fc00::/7 (RFC 4193).
    public var isUniqueLocal: Bool { rawValue >> 121 == 0x7E }

    /// The IPv4 address in an IPv4-mapped one; nil for others.
    public var mappedIPv4: IPv4Address? {
        rawValue >> 32 == 0xFFFF ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)) : nil
    }

    /// The solicited-node multicast address of this one, ff02::1:ff00:0/104 (RFC 4291, 2.7.1).
    public var solicitedNode: IPv6Address {
        IPv6Address(rawValue: IPv6Address(0xFF02, 0, 0, 0, 0, 1, 0xFF00, 0).rawValue | rawValue & 0xFF_FFFF)
    }

    /// The sixteen octets in the order of the wire.
    public var octets: [16 of UInt8] { .init { UInt8(truncatingIfNeeded: rawValue >> UInt128(120 - 8 * $0)) } }

    /// One of the eight groups of 16 bits, from 0, the first.
    func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: rawValue >> UInt128(112 - 16 * index))
    }
}

extension RawSpan {
    /// The IPv6 address at `offset`, which must end inside.
    @inlinable
    public func ipv6Address(at offset: Int) -> IPv6Address {
        IPv6Address(rawValue: uint128(at: offset))
    }
}

extension IPv6Address: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Layer {
    /// An IPv6 address that stands by itself.
    @inlinable public static var ipv6Address: Layer { Layer("IPv6 address") }
}
