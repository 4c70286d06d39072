public import Wire

/// Begins a connection, and says which versions are understood (OpenFlow 1.4, 7.5.1).
public struct Hello: Structure {
    /// The elements: type 1 is the bitmap of versions.
    public var elements: [Property]

    /// Makes a hello that offers versions.
    public init(versions: [Version]) {
        var bitmap: UInt32 = 0
        for version in versions where version.rawValue < 32 { bitmap |= 1 << UInt32(version.rawValue) }
        elements = [
            Property(type: 1, value: (0..<4).map { UInt8(truncatingIfNeeded: bitmap >> (24 - 8 * UInt32($0))) })
        ]
    }

    public init(reading octets: inout RawSpan) throws(WireError) {
        elements = try [Property](readingAll: &octets)
    }

    /// Whether a version is in the bitmap; nil if there is none, and the header's version speaks for itself.
    public func offers(_ version: Version) -> Bool? {
        guard let element = elements.first(where: { $0.type == 1 }) else { return nil }
        let word = Int(version.rawValue) / 32
        guard element.value.count >= 4 * word + 4 else { return false }
        let bits = element.value.span.octets.uint32(at: 4 * word)
        return bits >> (UInt32(version.rawValue) % 32) & 1 == 1
    }

    public var size: Int { elements.octetCount }

    public func write(to octets: inout OutputSpan<UInt8>) { elements.write(to: &octets) }
}
