/// An IPv4 address (RFC 791).
public struct IPv4Address: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The octets it takes on the wire.
    public static let size = 4

    /// The most octets that its text takes.
    public static let textCapacity = 15

    /// The address with its first octet on top.
    public let rawValue: UInt32

    /// Makes an address of an integer whose top octet is the address's first.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Makes an address of its octets.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Reads an address off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        self = try octets.take(Self.size, for: .ipv4Address).ipv4Address(at: 0)
    }

    /// Appends the address to `octets`.
    @inlinable
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: rawValue)
    }

    /// 0.0.0.0, which stands for none.
    public static var any: IPv4Address { IPv4Address(rawValue: 0) }

    /// 255.255.255.255, every host on the link.
    public static var broadcast: IPv4Address { IPv4Address(rawValue: 0xFFFF_FFFF) }

    /// 127.0.0.1.
    public static var loopback: IPv4Address { IPv4Address(rawValue: 0x7F00_0001) }

    /// Whether it is 0.0.0.0.
    public var isUnspecified: Bool { rawValue == 0 }

    /// Whether it is in 127.0.0.0/8.
    public var isLoopback: Bool { rawValue >> 24 == 127 }

    /// Whether it is in 224.0.0.0/4.
    public var isMulticast: Bool { rawValue >> 28 == 0xE }

    /// Whether it is in 169.254.0.0/16 (RFC 3927).
    public var isLinkLocal: Bool { rawValue >> 16 == 0xA9FE }

    /// Whether it is in one of the private networks of RFC 1918.
    public var isPrivate: Bool { rawValue >> 24 == 10 || rawValue >> 20 == 0xAC1 || rawValue >> 16 == 0xC0A8 }

    /// The four octets in the order of the wire.
    public var octets: [4 of UInt8] { .init { UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - 8 * $0)) } }
}

extension RawSpan {
    /// The IPv4 address at `offset`, which must end inside.
    @inlinable
    public func ipv4Address(at offset: Int) -> IPv4Address {
        IPv4Address(rawValue: uint32(at: offset))
    }
}

extension IPv4Address: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension IPv4Address: LosslessStringConvertible {
    /// Reads a dotted quad: four decimal numbers to 255 without leading zeros, and nothing else.
    public init?(_ text: String) {
        self.init(text: text.utf8.span)
    }

    /// Reads a dotted quad: four decimal numbers to 255 without leading zeros, and nothing else.
    public init?(text: Span<UInt8>) {
        var value: UInt32 = 0
        var start = 0
        for part in 0..<4 {
            var end = start
            while end < text.count, text[end] != 0x2E { end += 1 }
            // A point follows all but the last, behind which is nothing.
            guard (end == text.count) == (part == 3),
                let number = Text.decimal(text.extracting(start..<end), limit: 255)
            else { return nil }
            value = value << 8 | UInt32(number)
            start = end + 1
        }
        rawValue = value
    }

    /// Appends the address as a dotted quad.
    public func writeText(to text: inout OutputSpan<UInt8>) {
        for index in 0..<4 {
            if index > 0 { text.append(0x2E) }
            text.append(decimal: UInt16(rawValue >> UInt32(24 - 8 * index) & 0xFF))
        }
    }

    /// The address as a dotted quad.
    public var description: String {
        Text.string(capacity: Self.textCapacity) { writeText(to: &$0) }
    }
}

extension Layer {
    /// An IPv4 address that stands by itself.
    @inlinable public static var ipv4Address: Layer { Layer("IPv4 address") }
}
