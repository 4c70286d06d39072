public import Wire

extension DHCPv6 {
    /// What the boot file gets as arguments (RFC 5970, 3.2).
    public struct BootFileParameters: Option {
        public static var code: OptionCode { .bootFileParameters }

        /// The arguments, in UTF-8.
        public let parameters: [[UInt8]]

        /// Makes an option; traps if there are none.
        public init(_ parameters: [[UInt8]]) {
            precondition(!parameters.isEmpty, "a list has one parameter at least")
            self.parameters = parameters
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            parameters = try CountedOctets.list(reading: &value, for: Self.layer)
        }

        public var size: Int { CountedOctets.size(of: parameters) }

        public func write(to octets: inout OutputSpan<UInt8>) {
            CountedOctets.write(parameters, to: &octets)
        }
    }
}
