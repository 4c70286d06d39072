public import Wire

extension DHCPv6 {
    /// A prefix in an association (IAPREFIX; RFC 8415, 21.22).
    ///
    /// A client discards one that is preferred for longer than it is valid.
    public struct IdentityAssociationPrefix: Option {
        public static var code: OptionCode { .identityAssociationPrefix }

        /// How long new connections may use it (preferred-lifetime).
        public var preferred: Lifetime

        /// How long it may be used (valid-lifetime).
        public var valid: Lifetime

        /// The prefix; `::` and a length from a client are a wish for one of that length.
        ///
        /// Bits behind the length are cleared.
        public var prefix: IPv6Prefix

        /// Perhaps a status, or what is excluded.
        public var options: Options

        /// Makes a prefix with its lifetimes.
        public init(_ prefix: IPv6Prefix, preferred: Lifetime, valid: Lifetime, options: Options = Options()) {
            self.prefix = prefix
            self.preferred = preferred
            self.valid = valid
            self.options = options
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(25, for: Self.layer)
            preferred = Lifetime(rawValue: fixed.uint32(at: 0))
            valid = Lifetime(rawValue: fixed.uint32(at: 4))
            let length = Int(fixed.uint8(at: 8))
            guard length <= 128 else { throw .malformed(Self.layer, field: "prefix-length") }
            prefix = IPv6Prefix(containing: fixed.ipv6Address(at: 9), length: length)
            options = try Options(reading: &value)
        }

        public var size: Int { 25 + options.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: preferred.rawValue)
            octets.append(uint32: valid.rawValue)
            octets.append(UInt8(prefix.length))
            prefix.address.write(to: &octets)
            options.write(to: &octets)
        }
    }
}
