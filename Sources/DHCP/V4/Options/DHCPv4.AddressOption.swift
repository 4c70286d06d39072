public import Wire

extension DHCPv4 {
    /// An option that is one address.
    public protocol AddressOption: Option {
        /// The address.
        var address: IPv4Address { get }

        /// Makes an option of an address.
        init(_ address: IPv4Address)
    }
}

extension DHCPv4.AddressOption {
    public init(reading value: inout RawSpan) throws(WireError) {
        self.init(try value.take(IPv4Address.size, for: Self.layer).ipv4Address(at: 0))
    }

    public var size: Int { IPv4Address.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        address.write(to: &octets)
    }
}
