public import Wire

extension DHCPv4 {
    /// The kinds of client that vendors take it for (RFC 3925, 3).
    public struct VendorIdentifyingVendorClass: Option {
        public static var code: OptionCode { .vendorIdentifyingVendorClass }

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
