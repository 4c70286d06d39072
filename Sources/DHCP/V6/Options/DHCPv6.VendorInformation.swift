public import Wire

extension DHCPv6 {
    /// What a vendor's clients and servers tell each other (RFC 8415, 21.17).
    public struct VendorInformation: Option {
        public static var code: OptionCode { .vendorInformation }

        /// The vendor's number (IANA, "Private Enterprise Numbers").
        public let enterprise: UInt32

        /// The vendor's options, whose codes are its own.
        public let options: Options

        /// Makes an option.
        public init(enterprise: UInt32, options: Options) {
            self.enterprise = enterprise
            self.options = options
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            enterprise = try value.take(4, for: Self.layer).uint32(at: 0)
            options = try Options(reading: &value)
        }

        public var size: Int { 4 + options.size }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: enterprise)
            options.write(to: &octets)
        }
    }
}
