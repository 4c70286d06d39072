public import Wire

extension DHCPv6 {
    /// An option that lists domain names, which are not compressed (RFC 8415, 10): at least one.
    public protocol DomainListOption: Option {
        /// The names in their order.
        var domains: [DomainName] { get }

        /// Makes an option of names; traps if there are none.
        init(_ domains: [DomainName])
    }
}

extension DHCPv6.DomainListOption {
    public init(reading value: inout RawSpan) throws(WireError) {
        guard !value.isEmpty else { throw .malformed(Self.layer, field: "option-len") }
        var domains: [DomainName] = []
        // As many as a message has room for: nothing is compressed, so that they take no more than it.
        while !value.isEmpty { domains.append(try DomainName(reading: &value)) }
        self.init(domains)
    }

    public var size: Int { domains.reduce(0) { $0 + $1.size } }

    public func write(to octets: inout OutputSpan<UInt8>) {
        for domain in domains { domain.write(to: &octets) }
    }
}
