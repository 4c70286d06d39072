public import Wire

extension DHCPv6 {
    /// The part of a delegated prefix that the link to the requesting router has (RFC 6603).
    public struct PrefixExclude: Option {
        public static var code: OptionCode { .prefixExclude }

        /// The length of the excluded prefix, 1 to 128; longer than the delegated one's.
        public let length: Int

        /// The bits behind the delegated prefix, left-aligned: 1 to 16 octets.
        public let subnet: [UInt8]

        /// Makes an option; traps unless `excluded` is within `delegated`, and longer.
        public init(_ excluded: IPv6Prefix, in delegated: IPv6Prefix) {
            precondition(
                delegated.contains(excluded) && excluded.length > delegated.length, "what is excluded is a part")
            length = excluded.length
            let bits = excluded.address.rawValue << UInt128(delegated.length)
            subnet = (0..<(excluded.length - delegated.length + 7) / 8).map {
                UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0))
            }
        }

        /// The excluded prefix within `delegated`; nil if the lengths do not fit.
        public func prefix(in delegated: IPv6Prefix) -> IPv6Prefix? {
            guard length > delegated.length, subnet.count == (length - delegated.length + 7) / 8 else { return nil }
            var bits: UInt128 = 0
            for (index, octet) in subnet.enumerated() { bits |= UInt128(octet) << UInt128(120 - 8 * index) }
            let address = IPv6Address(rawValue: delegated.address.rawValue | bits >> UInt128(delegated.length))
            return IPv6Prefix(containing: address, length: length)
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            length = Int(try value.take(1, for: Self.layer).uint8(at: 0))
            guard (1...128).contains(length) else { throw .malformed(Self.layer, field: "prefix-len") }
            guard (1...16).contains(value.byteCount) else { throw .malformed(Self.layer, field: "option-len") }
            subnet = [UInt8](copying: try value.take(value.byteCount, for: Self.layer))
        }

        public var size: Int { 1 + subnet.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(UInt8(length))
            octets.append(copying: subnet)
        }
    }
}
