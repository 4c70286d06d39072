public import Wire

extension DHCPv4 {
    /// An option that is a time of 32 bits, in seconds.
    public protocol LifetimeOption: Option {
        /// The time.
        var time: Lifetime { get }

        /// Makes an option of a time.
        init(_ time: Lifetime)
    }
}

extension DHCPv4.LifetimeOption {
    public init(reading value: inout RawSpan) throws(WireError) {
        self.init(Lifetime(rawValue: try value.take(Lifetime.size, for: Self.layer).uint32(at: 0)))
    }

    public var size: Int { Lifetime.size }

    public func write(to octets: inout OutputSpan<UInt8>) {
        octets.append(uint32: time.rawValue)
    }
}
