/// Up to 40 octets held in place: what the options of an IPv4 or TCP header can be, without memory of their own.
public struct OptionOctets: Sendable {
    /// The most octets: 15 words of four that a header's length field can count, less the five that are always there.
    public static let limit = 40

    /// Zero behind `count`.
    @usableFromInline var storage: [40 of UInt8]

    /// How many octets are held, 0 to 40.
    @inlinable public var count: Int { held }

    @usableFromInline var held: Int

    /// Holds nothing.
    @inlinable
    public init() {
        storage = [40 of UInt8](repeating: 0)
        held = 0
    }

    /// Copies `octets`; traps if they are more than 40.
    @inlinable
    public init(copying octets: RawSpan) {
        self.init()
        append(octets)
    }

    /// Whether nothing is held.
    public var isEmpty: Bool { count == 0 }

    /// `count`, rounded up to whole words of four octets, which is what a header counts in.
    public var paddedCount: Int { (count + 3) & ~3 }

    /// The octets, lent.
    public var octets: RawSpan {
        @_lifetime(borrow self)
        @inlinable
        get { storage.span.octets.extracting(first: count) }
    }

    /// Copies `octets` behind those held; traps if there is no room.
    @inlinable
    public mutating func append(_ octets: RawSpan) {
        precondition(octets.byteCount <= Self.limit - count, "options fit into 40 octets")
        var target = storage.mutableSpan
        target.replace(copying: octets, at: held)
        held += octets.byteCount
    }

    /// Copies what `other` holds behind those held; traps if there is no room.
    public mutating func append(_ other: OptionOctets) {
        append(other.octets)
    }

    /// Appends an octet; traps if there is no room.
    public mutating func append(_ octet: UInt8) {
        precondition(count < Self.limit, "options fit into 40 octets")
        storage[count] = octet
        held += 1
    }

    /// Appends 16 bits in network order; traps if there is no room.
    public mutating func append(uint16 value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends 32 bits in network order; traps if there is no room.
    public mutating func append(uint32 value: UInt32) {
        append(uint16: UInt16(truncatingIfNeeded: value >> 16))
        append(uint16: UInt16(truncatingIfNeeded: value))
    }

    /// Appends the octets to `target`, with zeros up to a whole word.
    func write(to target: inout OutputSpan<UInt8>) {
        target.append(copying: storage.span.octets.extracting(first: paddedCount))
    }

    /// Adds the octets and their padding to `checksum`.
    func add(to checksum: inout Checksum) {
        checksum.add(storage.span.octets.extracting(first: paddedCount))
    }
}

extension OptionOctets: Equatable, Hashable {
    public static func == (left: Self, right: Self) -> Bool { left.octets.isEqual(to: right.octets) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for index in 0..<count { hasher.combine(storage[index]) }
    }
}
