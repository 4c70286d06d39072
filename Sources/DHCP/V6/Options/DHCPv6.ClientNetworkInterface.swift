public import Wire

extension DHCPv6 {
    /// The network driver interface of a client that boots over the network (RFC 5970, 3.4).
    public struct ClientNetworkInterface: Option {
        public static var code: OptionCode { .clientNetworkInterface }

        /// The kind; 1 is UNDI.
        public let type: UInt8
        /// The version before the point.
        public let major: UInt8
        /// The version behind the point.
        public let minor: UInt8

        /// Makes an option.
        public init(type: UInt8, major: UInt8, minor: UInt8) {
            (self.type, self.major, self.minor) = (type, major, minor)
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            let fixed = try value.take(3, for: Self.layer)
            (type, major, minor) = (fixed.uint8(at: 0), fixed.uint8(at: 1), fixed.uint8(at: 2))
        }

        public var size: Int { 3 }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(type)
            octets.append(major)
            octets.append(minor)
        }
    }
}
