/// A network of IPv6 addresses: the first bits that they have in common (RFC 4291, 2.3).
public struct IPv6Prefix: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The most octets that its text takes.
    public static let textCapacity = IPv6Address.textCapacity + 4

    /// The network's first address: every bit behind the prefix is zero.
    public let address: IPv6Address

    /// How many bits the addresses have in common, 0 to 128.
    public let length: Int

    /// The network of `length` bits that `address` is in; traps for a length that is not 0 to 128.
    public init(containing address: IPv6Address, length: Int) {
        precondition((0...128).contains(length), "a prefix has 0 to 128 bits")
        self.address = IPv6Address(rawValue: address.rawValue & Self.mask(length))
        self.length = length
    }

    /// The network that starts at `address`; nil if a bit behind the prefix is set, or the length is not 0 to 128.
    public init?(_ address: IPv6Address, length: Int) {
        guard (0...128).contains(length), address.rawValue & ~Self.mask(length) == 0 else { return nil }
        self.address = address
        self.length = length
    }

    /// Whether `address` is in the network.
    public func contains(_ address: IPv6Address) -> Bool {
        (address.rawValue ^ self.address.rawValue) & Self.mask(length) == 0
    }

    /// Whether every address of `other` is in the network, too.
    public func contains(_ other: IPv6Prefix) -> Bool {
        length <= other.length && contains(other.address)
    }

    /// The network's last address.
    public var last: IPv6Address { IPv6Address(rawValue: address.rawValue | ~Self.mask(length)) }

    /// `length` ones on top.
    private static func mask(_ length: Int) -> UInt128 {
        // A shift by the whole width is zero, as it should.
        UInt128.max << UInt128(128 - length)
    }
}

extension IPv6Prefix: LosslessStringConvertible {
    /// Reads an address, a slash and a length without leading zeros; bits behind the prefix must be zero.
    public init?(_ text: String) {
        self.init(text: text.utf8.span)
    }

    /// Reads an address, a slash and a length without leading zeros; bits behind the prefix must be zero.
    public init?(text: Span<UInt8>) {
        guard let slash = Text.last(0x2F, in: text),
            let address = IPv6Address(text: text.extracting(first: slash)),
            let length = Text.decimal(text.extracting(droppingFirst: slash + 1), limit: 128)
        else { return nil }
        self.init(address, length: length)
    }

    /// Appends the address, a slash and the length.
    public func writeText(to text: inout OutputSpan<UInt8>) {
        address.writeText(to: &text)
        text.append(0x2F)
        text.append(decimal: UInt16(length))
    }

    /// The address, a slash and the length.
    public var description: String {
        Text.string(capacity: Self.textCapacity) { writeText(to: &$0) }
    }
}
