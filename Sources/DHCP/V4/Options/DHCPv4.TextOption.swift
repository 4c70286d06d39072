public import Wire

extension DHCPv4 {
    /// An option that is text: at least one octet, of an encoding that nothing tells.
    ///
    /// The octets are kept, so that what is not UTF-8 passes through unharmed.
    public protocol TextOption: Option {
        /// The octets as they are on the wire.
        var octets: [UInt8] { get }

        /// Makes an option of octets; traps if there are none.
        init(octets: [UInt8])
    }
}

extension DHCPv4.TextOption {
    /// Makes an option of text; traps if it is empty.
    public init(_ text: String) {
        self.init(octets: Array(text.utf8))
    }

    public init(reading value: inout RawSpan) throws(WireError) {
        guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
        self.init(octets: [UInt8](copying: try value.take(value.byteCount, for: Self.layer)))
    }

    /// The text without zeros at its end, which some clients send (RFC 2132, 2); what is not UTF-8 is replaced.
    public var text: String {
        var octets = octets[...]
        while octets.last == 0 { octets.removeLast() }
        return String(decoding: octets, as: UTF8.self)
    }

    public var size: Int { octets.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(copying: self.octets)
    }
}
