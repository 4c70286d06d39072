/// A network of IPv4 addresses: the first bits that they have in common (RFC 4632).
public struct IPv4Prefix: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The most octets that its text takes.
    public static let textCapacity = IPv4Address.textCapacity + 3

    /// The network's first address: every bit behind the prefix is zero.
    public let address: IPv4Address

    /// How many bits the addresses have in common, 0 to 32.
    public let length: Int

    /// The network of `length` bits that `address` is in; traps for a length that is not 0 to 32.
    public init(containing address: IPv4Address, length: Int) {
        precondition((0...32).contains(length), "a prefix has 0 to 32 bits")
        self.address = IPv4Address(rawValue: address.rawValue & Self.mask(length))
        self.length = length
    }

    /// The network that starts at `address`; nil if a bit behind the prefix is set, or the length is not 0 to 32.
    public init?(_ address: IPv4Address, length: Int) {
        guard (0...32).contains(length), address.rawValue & ~Self.mask(length) == 0 else { return nil }
        self.address = address
        self.length = length
    }

    /// Whether `address` is in the network.
    public func contains(_ address: IPv4Address) -> Bool {
        (address.rawValue ^ self.address.rawValue) & Self.mask(length) == 0
    }

    /// Whether every address of `other` is in the network, too.
    public func contains(_ other: IPv4Prefix) -> Bool {
        length <= other.length && contains(other.address)
    }

    /// The network's last address.
    public var last: IPv4Address { IPv4Address(rawValue: address.rawValue | ~Self.mask(length)) }

    /// The prefix as a subnet mask, such as 255.255.255.0.
    public var mask: IPv4Address { IPv4Address(rawValue: Self.mask(length)) }

    /// The directed broadcast address, which is the last one; nil in networks of one or two addresses (RFC 3021).
    public var broadcast: IPv4Address? { length < 31 ? last : nil }

    /// The network of `length` bits that a subnet mask stands for; nil if its ones are not all on top.
    public init?(containing address: IPv4Address, mask: IPv4Address) {
        let length = (~mask.rawValue).leadingZeroBitCount
        guard mask.rawValue == Self.mask(length) else { return nil }
        self.init(containing: address, length: length)
    }

    /// `length` ones on top.
    private static func mask(_ length: Int) -> UInt32 {
        // A shift by the whole width is zero, as it should.
        UInt32.max << UInt32(32 - length)
    }
}

extension IPv4Prefix: LosslessStringConvertible {
    /// Reads an address, a slash and a length without leading zeros; bits behind the prefix must be zero.
    public init?(_ text: String) {
        self.init(text: text.utf8.span)
    }

    /// Reads an address, a slash and a length without leading zeros; bits behind the prefix must be zero.
    public init?(text: Span<UInt8>) {
        guard let slash = Text.last(0x2F, in: text),
            let address = IPv4Address(text: text.extracting(first: slash)),
            let length = Text.decimal(text.extracting(droppingFirst: slash + 1), limit: 32)
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
