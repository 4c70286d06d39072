public import Wire

extension DHCPv6 {
    /// The classes that a client's user put it in (RFC 8415, 21.15).
    public struct UserClass: Option {
        public static var code: OptionCode { .userClass }

        /// The classes: each up to 65,535 octets that mean something to the site.
        public let classes: [[UInt8]]

        /// Makes an option; traps if there are none.
        public init(_ classes: [[UInt8]]) {
            precondition(!classes.isEmpty, "a list has one class at least")
            self.classes = classes
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            classes = try CountedOctets.list(reading: &value, for: Self.layer)
        }

        public var size: Int { CountedOctets.size(of: classes) }

        public func write(to octets: inout OutputSpan<UInt8>) {
            CountedOctets.write(classes, to: &octets)
        }
    }
}
