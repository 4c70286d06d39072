public import Wire

extension DHCPv6 {
    /// A client's addresses that belong together, and when to renew them (IA_NA; RFC 8415, 21.4).
    ///
    /// A client discards one whose `renewal` is later than its `rebinding`, if both are not zero.
    public struct IdentityAssociation: Option {
        public static var code: OptionCode { .identityAssociation }

        /// What the client tells its associations by (IAID).
        public var identifier: UInt32

        /// When the client begins to renew; zero leaves it to the client (T1).
        public var renewal: Lifetime

        /// When the client begins to ask any server; zero leaves it to the client (T2).
        public var rebinding: Lifetime

        /// What it holds, and perhaps a status.
        public var options: Options

        /// Makes an association.
        public init(
            identifier: UInt32, renewal: Lifetime = .zero, rebinding: Lifetime = .zero, options: Options = Options()
        ) {
            self.identifier = identifier
            self.renewal = renewal
            self.rebinding = rebinding
            self.options = options
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(12, for: Self.layer)
            identifier = fixed.uint32(at: 0)
            renewal = Lifetime(rawValue: fixed.uint32(at: 4))
            rebinding = Lifetime(rawValue: fixed.uint32(at: 8))
            options = try Options(reading: &value)
        }

        public var size: Int { 12 + options.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: identifier)
            octets.append(uint32: renewal.rawValue)
            octets.append(uint32: rebinding.rawValue)
            options.write(to: &octets)
        }
    }
}
