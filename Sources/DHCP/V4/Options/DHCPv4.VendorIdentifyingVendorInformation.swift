public import Wire

extension DHCPv4 {
    /// What vendors' clients and servers tell each other (RFC 3925, 4).
    public struct VendorIdentifyingVendorInformation: Option {
        public static var code: OptionCode { .vendorIdentifyingVendorInformation }

        /// What each vendor says.
        public let vendors: [VendorData]

        /// Makes an option; traps if there are none.
        public init(_ vendors: [VendorData]) {
            precondition(!vendors.isEmpty, "there is one vendor at least")
            self.vendors = vendors
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            vendors = try VendorData.list(reading: &value, for: Self.layer)
        }

        public var size: Int { vendors.reduce(0) { $0 + $1.size } }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for vendor in vendors { vendor.write(to: &octets) }
        }
    }
}
