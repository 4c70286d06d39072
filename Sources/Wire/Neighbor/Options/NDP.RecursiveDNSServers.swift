extension NDP {
    /// Recursive name servers (RDNSS; RFC 8106, 5.1).
    public struct RecursiveDNSServers: Option {
        public static var type: OptionType { .recursiveDNSServers }

        /// How long they may be used.
        public let lifetime: Lifetime

        /// The addresses: at least one.
        public let addresses: [IPv6Address]

        /// Makes an option; traps unless there are 1 to 127 addresses.
        public init(_ addresses: [IPv6Address], lifetime: Lifetime) {
            precondition((1...127).contains(addresses.count), "a list has 1 to 127 addresses")
            self.addresses = addresses
            self.lifetime = lifetime
        }

        public init(reading value: inout RawSpan) throws(WireError) {
            lifetime = Lifetime(rawValue: try value.take(6, for: Self.layer).uint32(at: 2))
            guard !value.isEmpty, value.byteCount % IPv6Address.size == 0 else {
                throw .malformed(Self.layer, field: "Length")
            }
            let list = try value.take(value.byteCount, for: Self.layer)
            addresses = (0..<list.byteCount / IPv6Address.size).map { list.ipv6Address(at: IPv6Address.size * $0) }
        }

        public var size: Int { 6 + IPv6Address.size * addresses.count }

        public func write(to octets: inout OutputSpan<UInt8>) {
            octets.append(uint16: 0)
            octets.append(uint32: lifetime.rawValue)
            for address in addresses { address.write(to: &octets) }
        }
    }
}
