public import Wire

/// What tells a DHCP client or server from all others: its DUID (RFC 8415, 11).
///
/// It is compared whole, as octets; what kind it is matters only to people and to whoever makes one.
public struct DUID: Equatable, Hashable, Sendable {
    /// How many octets one takes, type included: the type and 1 to 128 more (RFC 8415, 11.1).
    public static let sizes = 3...130

    /// The octets, the type of two included.
    public let octets: [UInt8]

    /// Takes octets as they are; nil if there are not 3 to 130 of them.
    public init?(octets: [UInt8]) {
        guard Self.sizes.contains(octets.count) else { return nil }
        self.octets = octets
    }

    /// Reads a DUID that is all of `octets`.
    public init(reading octets: inout RawSpan) throws(WireError) {
        guard octets.byteCount >= Self.sizes.lowerBound else {
            throw .truncated(.duid, needed: Self.sizes.lowerBound, available: octets.byteCount)
        }
        guard octets.byteCount <= Self.sizes.upperBound else { throw .malformed(.duid, field: "length") }
        self.octets = [UInt8](copying: try octets.take(octets.byteCount, for: .duid))
    }

    /// How many octets it takes.
    public var size: Int { octets.count }

    /// Appends the DUID.
    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(copying: self.octets)
    }
}

extension DUID: CustomStringConvertible {
    /// The octets in hexadecimal, with colons between them.
    public var description: String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension Layer {
    /// A DHCP unique identifier.
    public static var duid: Layer { Layer("DUID") }
}
