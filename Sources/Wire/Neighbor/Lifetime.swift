/// How long something holds, in whole seconds, as network configuration counts it: all ones stand for ever.
///
/// Leases (RFC 2131, 3.3), addresses and prefixes (RFC 8415, 7.7; RFC 4861, 4.6.2) share the convention.
public struct Lifetime: RawRepresentable, Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The octets it takes on the wire.
    public static let size = 4

    /// The seconds; 0xFFFFFFFF is for ever.
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// For ever.
    public static var infinite: Lifetime { Lifetime(rawValue: .max) }

    /// No longer.
    public static var zero: Lifetime { Lifetime(rawValue: 0) }

    /// A time that ends.
    ///
    /// Traps for 0xFFFFFFFF, which stands for ever.
    public static func seconds(_ count: UInt32) -> Lifetime {
        precondition(count < .max, "a finite lifetime is under 4,294,967,295 seconds")
        return Lifetime(rawValue: count)
    }

    /// The time; nil if it is infinite.
    public var duration: Duration? { self == .infinite ? nil : .seconds(Int64(rawValue)) }
}

extension Lifetime: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
