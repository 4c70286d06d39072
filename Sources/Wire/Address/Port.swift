/// A port of TCP or UDP (RFC 6335).
public struct Port: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable, ExpressibleByIntegerLiteral {
    /// 0 to 65535; 0 is reserved.
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable
    public init(integerLiteral value: UInt16) {
        rawValue = value
    }
}

extension Port: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension Port: LosslessStringConvertible {
    /// Reads a decimal number to 65535 without leading zeros.
    public init?(_ text: String) {
        self.init(text: text.utf8.span)
    }

    /// Reads a decimal number to 65535 without leading zeros.
    public init?(text: Span<UInt8>) {
        guard let number = Text.decimal(text, limit: 65535) else { return nil }
        rawValue = UInt16(number)
    }

    public var description: String { String(rawValue) }
}
