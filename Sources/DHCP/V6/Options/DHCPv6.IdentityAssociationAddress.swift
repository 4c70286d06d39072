public import Wire

extension DHCPv6 {
    /// An address in an association (IAADDR; RFC 8415, 21.6).
    ///
    /// A client discards one that is preferred for longer than it is valid.
    public struct IdentityAssociationAddress: Option {
        public static var code: OptionCode { .identityAssociationAddress }

        /// The address.
        public var address: IPv6Address

        /// How long new connections may use it (preferred-lifetime).
        public var preferred: Lifetime

        /// How long it may be used (valid-lifetime).
        public var valid: Lifetime

        /// Perhaps a status.
        public var options: Options

        /// Makes an address with its lifetimes.
        public init(_ address: IPv6Address, preferred: Lifetime, valid: Lifetime, options: Options = Options()) {
            self.address = address
            self.preferred = preferred
            self.valid = valid
            self.options = options
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(24, for: Self.layer)
            address = fixed.ipv6Address(at: 0)
            preferred = Lifetime(rawValue: fixed.uint32(at: 16))
            valid = Lifetime(rawValue: fixed.uint32(at: 20))
            options = try Options(reading: &value)
        }

        public var size: Int { 24 + options.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            address.write(to: &octets)
            octets.append(uint32: preferred.rawValue)
            octets.append(uint32: valid.rawValue)
            options.write(to: &octets)
        }
    }
}
