extension NDP {
    /// An option whose value has a meaning to us (RFC 4861, 4.6).
    ///
    /// What it reads and writes is the value, without type and length.
    public protocol Option: Equatable, Sendable {
        /// What the option is called on the wire.
        static var type: OptionType { get }

        /// Reads the value off `value`; whoever calls refuses what is left over.
        init(reading value: inout RawSpan) throws(WireError)

        /// How many octets the value takes: six, and whole eights.
        var size: Int { get }

        /// Appends the value, which must fit.
        func write(to octets: inout OutputSpan<UInt8>)
    }
}

extension NDP.Option {
    /// Where an error says it happened.
    public static var layer: Layer { Layer(type.name) }

    /// Reads the whole of `value`, and refuses one that has more octets than the option, or no whole eights.
    public init(readingAll value: RawSpan) throws(WireError) {
        guard NDP.isValue(size: value.byteCount) else { throw .malformed(Self.layer, field: "Length") }
        var rest = value
        try self.init(reading: &rest)
        guard rest.isEmpty else { throw .malformed(Self.layer, field: "Length") }
    }

    /// Appends type, length and value, which must fit; traps for a value that is too long.
    public func writeFramed(to octets: inout OutputSpan<UInt8>) {
        let size = size
        precondition(NDP.isValue(size: size), "a value has six octets and whole eights, up to 2,038")
        octets.append(Self.type.rawValue)
        octets.append(UInt8((size + NDP.optionHeaderSize) / 8))
        let start = octets.count
        write(to: &octets)
        precondition(octets.count - start == size, "an option writes what it says")
    }
}

extension NDP {
    /// The octets of an option's type and length.
    static let optionHeaderSize = 2

    /// Whether an option can have a value of `size` octets.
    static func isValue(size: Int) -> Bool { size % 8 == 6 && size <= 255 * 8 - optionHeaderSize }

    /// The octets of a value that holds `count` of them, and zeros behind.
    static func padded(_ count: Int) -> Int { (count + optionHeaderSize + 7) / 8 * 8 - optionHeaderSize }
}
