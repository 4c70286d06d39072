public import Wire

extension DHCPv6 {
    /// An option whose value has a meaning to us (RFC 8415, 21.1).
    ///
    /// What it reads and writes is the value, without code and length.
    public protocol Option: Equatable, Sendable {
        /// What the option is called on the wire.
        static var code: OptionCode { get }

        /// Reads the value off `value`; whoever calls refuses what is left over.
        init(reading value: inout RawSpan) throws(WireError)

        /// How many octets the value takes: up to 65,535.
        var size: Int { get }

        /// Appends the value, which must fit.
        func write(to octets: inout OutputSpan<UInt8>)
    }
}

extension DHCPv6.Option {
    /// Where an error says it happened.
    public static var layer: Layer { Layer(code.name) }

    /// Reads the whole of `value`, and refuses one that has more octets than the option.
    public init(readingAll value: RawSpan) throws(WireError) {
        var rest = value
        try self.init(reading: &rest)
        guard rest.isEmpty else { throw .malformed(Self.layer, field: "option-len") }
    }

    /// How many octets the option takes with its code and length.
    public var framedSize: Int { DHCPv6.optionHeaderSize + size }

    /// Appends code, length and value, which must fit; traps for a value over 65,535 octets.
    public func writeFramed(to octets: inout OutputSpan<UInt8>) {
        let size = size
        precondition(size <= DHCPv6.valueLimit, "an option's value has up to 65,535 octets")
        octets.append(uint16: Self.code.rawValue)
        octets.append(uint16: UInt16(size))
        let start = octets.count
        write(to: &octets)
        precondition(octets.count - start == size, "an option writes what it says")
    }
}

extension DHCPv6 {
    /// The octets of an option's code and length.
    static let optionHeaderSize = 4

    /// The most octets that an option's value has.
    static let valueLimit = 65_535
}
