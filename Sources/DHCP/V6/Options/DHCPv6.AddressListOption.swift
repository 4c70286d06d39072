public import Wire

extension DHCPv6 {
    /// An option that lists addresses in order of preference: at least one.
    public protocol AddressListOption: Option {
        /// The addresses, the preferred one first.
        var addresses: [IPv6Address] { get }

        /// Makes an option of addresses; traps if there are none.
        init(_ addresses: [IPv6Address])
    }
}

extension DHCPv6.AddressListOption {
    public init(reading value: inout RawSpan) throws(WireError) {
        // As many as a message has room for.
        guard !value.isEmpty, value.byteCount % IPv6Address.size == 0 else {
            throw .malformed(Self.layer, field: "option-len")
        }
        let list = try value.take(value.byteCount, for: Self.layer)
        self.init((0..<list.byteCount / IPv6Address.size).map { list.ipv6Address(at: IPv6Address.size * $0) })
    }

    public var size: Int { IPv6Address.size * addresses.count }

    public func write(to octets: inout OutputSpan<UInt8>) {
        for address in addresses { address.write(to: &octets) }
    }
}
