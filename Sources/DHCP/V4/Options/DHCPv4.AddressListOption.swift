public import Wire

extension DHCPv4 {
    /// An option that lists addresses in order of preference: at least one.
    public protocol AddressListOption: Option {
        /// The addresses, the preferred one first.
        var addresses: [IPv4Address] { get }

        /// Makes an option of addresses; traps if there are none.
        init(_ addresses: [IPv4Address])
    }
}

extension DHCPv4.AddressListOption {
    public init(reading value: inout RawSpan) throws(WireError) {
        // As many as a message has room for.
        guard !value.isEmpty, value.byteCount % IPv4Address.size == 0 else {
            throw .malformed(Self.layer, field: "Len")
        }
        let list = try value.take(value.byteCount, for: Self.layer)
        self.init((0..<list.byteCount / IPv4Address.size).map { list.ipv4Address(at: IPv4Address.size * $0) })
    }

    public var size: Int { IPv4Address.size * addresses.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        for address in addresses { address.write(to: &octets) }
    }
}
