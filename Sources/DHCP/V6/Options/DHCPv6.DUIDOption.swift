public import Wire

extension DHCPv6 {
    /// An option that is a DUID.
    public protocol DUIDOption: Option {
        /// The DUID.
        var duid: DUID { get }

        /// Makes an option of a DUID.
        init(_ duid: DUID)
    }
}

extension DHCPv6.DUIDOption {
    public init(reading value: inout RawSpan) throws(WireError) {
        self.init(try DUID(reading: &value))
    }

    public var size: Int { duid.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        duid.write(to: &octets)
    }
}
