public import Wire

extension DHCPv6 {
    /// An option that is octets which whoever wrote them understands: at least one.
    public protocol OctetsOption: Option {
        /// The octets.
        var octets: [UInt8] { get }

        /// Makes an option of octets; traps if there are none.
        init(octets: [UInt8])
    }
}

extension DHCPv6.OctetsOption {
    /// Makes an option of text; traps if it is empty.
    public init(_ text: String) {
        self.init(octets: Array(text.utf8))
    }

    public init(reading value: inout RawSpan) throws(WireError) {
        guard !value.isEmpty else { throw .malformed(Self.layer, field: "option-len") }
        self.init(octets: [UInt8](copying: try value.take(value.byteCount, for: Self.layer)))
    }

    /// The octets as text; what is not UTF-8 is replaced.
    public var text: String { String(decoding: octets, as: UTF8.self) }

    public var size: Int { octets.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(copying: self.octets)
    }
}
