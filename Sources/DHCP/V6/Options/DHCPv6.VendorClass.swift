public import Wire

extension DHCPv6 {
    /// The kind of client, as a vendor names it (RFC 8415, 21.16).
    public struct VendorClass: Option {
        public static var code: OptionCode { .vendorClass }

        /// The vendor's number (IANA, "Private Enterprise Numbers").
        public let enterprise: UInt32

        /// What the vendor says: at least one item.
        public let classes: [[UInt8]]

        /// Makes an option; traps if there are no classes.
        public init(enterprise: UInt32, classes: [[UInt8]]) {
            precondition(!classes.isEmpty, "a list has one class at least")
            self.enterprise = enterprise
            self.classes = classes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            enterprise = try value.take(4, for: Self.layer).uint32(at: 0)
            classes = try CountedOctets.list(reading: &value, for: Self.layer)
        }

        public var size: Int { 4 + CountedOctets.size(of: classes) }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint32: enterprise)
            CountedOctets.write(classes, to: &octets)
        }
    }
}
