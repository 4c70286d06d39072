/// An IEEE 802 MAC address of 48 bits (EUI-48).
public struct MACAddress: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The octets it takes on the wire.
    public static let size = 6

    /// The most octets that its text takes.
    public static let textCapacity = 17

    /// The address in the low 48 bits, its first octet on top.
    public let rawValue: UInt64

    /// Makes an address of the low 48 bits of `rawValue`; traps if others are set.
    @inlinable
    public init(rawValue: UInt64) {
        precondition(rawValue >> 48 == 0, "a MAC address has 48 bits")
        self.rawValue = rawValue
    }

    /// Makes an address of its octets.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8) {
        rawValue =
            UInt64(a) << 40 | UInt64(b) << 32 | UInt64(c) << 24 | UInt64(d) << 16 | UInt64(e) << 8 | UInt64(f)
    }

    /// Reads an address off the front of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        self = try octets.take(Self.size, for: .macAddress).macAddress(at: 0)
    }

    /// Appends the address to `octets`.
    @inlinable
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint48: rawValue)
    }

    /// ff:ff:ff:ff:ff:ff, which every station receives.
    public static var broadcast: MACAddress { MACAddress(rawValue: 0xFFFF_FFFF_FFFF) }

    /// 00:00:00:00:00:00, which stands for none.
    public static var zero: MACAddress { MACAddress(rawValue: 0) }

    /// Whether it names a group of stations, broadcast included (the I/G bit).
    public var isMulticast: Bool { rawValue >> 40 & 1 == 1 }

    /// Whether the network's owner assigned it, not the maker of the interface (the U/L bit).
    public var isLocallyAdministered: Bool { rawValue >> 41 & 1 == 1 }

    /// The six octets in the order of the wire.
    public var octets: [6 of UInt8] { .init { UInt8(truncatingIfNeeded: rawValue >> UInt64(40 - 8 * $0)) } }
}

extension RawSpan {
    /// The MAC address at `offset`, which must end inside.
    @inlinable @inline(__always)
    public func macAddress(at offset: Int) -> MACAddress {
        MACAddress(rawValue: uint48(at: offset))
    }
}

extension MACAddress: LosslessStringConvertible {
    /// Reads six octets of two hexadecimal digits each, with colons or with hyphens between them.
    public init?(_ text: String) {
        self.init(text: text.utf8.span)
    }

    /// Reads six octets of two hexadecimal digits each, with colons or with hyphens between them.
    public init?(text: Span<UInt8>) {
        guard text.count == Self.textCapacity, text[2] == 0x3A || text[2] == 0x2D else { return nil }
        var value: UInt64 = 0
        for index in 0..<6 {
            guard let high = Text.hexadecimal(text[3 * index]), let low = Text.hexadecimal(text[3 * index + 1]),
                index == 5 || text[3 * index + 2] == text[2]
            else { return nil }
            value = value << 8 | UInt64(high << 4 | low)
        }
        rawValue = value
    }

    /// Appends the address as text: lower case, with colons.
    public func writeText(to text: inout OutputSpan<UInt8>) {
        for index in 0..<6 {
            if index > 0 { text.append(0x3A) }
            let octet = UInt8(truncatingIfNeeded: rawValue >> UInt64(40 - 8 * index))
            text.append(Text.digit(octet >> 4))
            text.append(Text.digit(octet))
        }
    }

    /// The address in lower case, with colons.
    public var description: String {
        Text.string(capacity: Self.textCapacity) { writeText(to: &$0) }
    }
}

extension Layer {
    /// A MAC address that stands by itself.
    @inlinable public static var macAddress: Layer { Layer("MAC address") }
}
