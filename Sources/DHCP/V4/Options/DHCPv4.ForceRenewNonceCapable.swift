public import Wire

extension DHCPv4 {
    /// The algorithms by which a client can check a DHCPFORCERENEW (RFC 6704, 3.1.1).
    public struct ForceRenewNonceCapable: Option {
        public static var code: OptionCode { .forcerenewNonceCapable }

        /// The algorithms; 1 is HMAC-MD5.
        public let algorithms: [UInt8]

        /// Makes an option; traps if there are none.
        public init(algorithms: [UInt8]) {
            precondition(!algorithms.isEmpty, "a list has one algorithm at least")
            self.algorithms = algorithms
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            algorithms = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { algorithms.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(copying: algorithms)
        }
    }
}
