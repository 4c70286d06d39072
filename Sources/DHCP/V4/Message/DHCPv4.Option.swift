public import Wire

extension DHCPv4 {
    /// An option whose value has a meaning to us (RFC 2132, 2).
    ///
    /// What it reads and writes is the value, without code and length, and whole: pieces are put together before
    /// (RFC 3396).
    public protocol Option: Equatable, Sendable {
        /// What the option is called on the wire.
        static var code: OptionCode { get }

        /// Reads the value off `value`; whoever calls refuses what is left over.
        init(reading value: inout RawSpan) throws(WireError)

        /// How many octets the value takes.
        var size: Int { get }

        /// Appends the value, which must fit.
        func write(to octets: inout OutputSpan<UInt8>)
    }
}

extension DHCPv4.Option {
    /// Where an error says it happened.
    public static var layer: Layer { Layer(code.name) }

    /// Reads the whole of `value`, and refuses one that has more octets than the option.
    public init(readingAll value: RawSpan) throws(WireError) {
        var rest = value
        try self.init(reading: &rest)
        guard rest.isEmpty else { throw .malformed(Self.layer, field: "Len") }
    }

    /// How many octets the option takes with its code and length, in as many pieces as it needs (RFC 3396, 5).
    public var framedSize: Int { DHCPv4.framedSize(size) }

    /// Appends code, length and value, in as many pieces as are needed; they must fit.
    public func writeFramed(to octets: inout OutputSpan<UInt8>) {
        let size = size
        if size <= DHCPv4.pieceLimit {
            octets.append(Self.code.rawValue)
            octets.append(UInt8(size))
            let start = octets.count
            write(to: &octets)
            precondition(octets.count - start == size, "an option writes what it says")
        } else {
            let value = [UInt8](capacity: size) { write(to: &$0) }
            DHCPv4.write(value: value.span.octets, code: Self.code, to: &octets)
        }
    }
}

extension DHCPv4 {
    /// The most octets that one piece of an option carries.
    static let pieceLimit = 255

    /// The octets that an option takes whose value has `size` of them.
    static func framedSize(_ size: Int) -> Int {
        size + 2 * max(1, (size + pieceLimit - 1) / pieceLimit)
    }

    /// Appends an option in as many pieces as its value needs.
    static func write(value: RawSpan, code: OptionCode, to octets: inout OutputSpan<UInt8>) {
        var start = 0
        repeat {
            let count = min(value.byteCount - start, pieceLimit)
            octets.append(code.rawValue)
            octets.append(UInt8(count))
            octets.append(copying: value.extracting(start..<start + count))
            start += count
        } while start < value.byteCount
    }
}
