public import Wire

extension DHCPv4 {
    /// Which of the fields `file` and `sname` carry options (RFC 2132, 9.3).
    public struct OptionOverload: Option {
        public static var code: OptionCode { .optionOverload }

        /// The octets that it takes with code and length.
        static let framedSize = 3

        /// Whether `file` carries options.
        public let usesBootFile: Bool

        /// Whether `sname` carries options.
        public let usesServerName: Bool

        /// Makes an option; traps if neither carries any.
        public init(usesBootFile: Bool, usesServerName: Bool) {
            precondition(usesBootFile || usesServerName, "one of the fields carries options")
            self.usesBootFile = usesBootFile
            self.usesServerName = usesServerName
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fields = try value.take(1, for: Self.layer).uint8(at: 0)
            guard (1...3).contains(fields) else { throw .malformed(Self.layer, field: "Value") }
            usesBootFile = fields & 1 != 0
            usesServerName = fields & 2 != 0
        }

        public var size: Int { 1 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append((usesBootFile ? 1 : 0) | (usesServerName ? 2 : 0))
        }
    }
}
