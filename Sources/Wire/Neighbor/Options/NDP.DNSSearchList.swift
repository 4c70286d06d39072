extension NDP {
    /// The domains that a host looks a name up in (DNSSL; RFC 8106, 5.2).
    public struct DNSSearchList: Option {
        public static var type: OptionType { .dnsSearchList }

        /// How long they may be used.
        public let lifetime: Lifetime

        /// The domains: at least one.
        public let domains: [DomainName]

        /// Makes an option; traps if there are no domains, one is the root, or they take more than 2,032 octets.
        public init(_ domains: [DomainName], lifetime: Lifetime) {
            precondition(!domains.isEmpty && !domains.contains(.root), "a list has one domain at least, and no root")
            precondition(Self.size(of: domains) <= 2032, "the domains take up to 2,032 octets")
            self.domains = domains
            self.lifetime = lifetime
        }

        private static func size(of domains: [DomainName]) -> Int { domains.reduce(0) { $0 + $1.size } }

        public init(reading value: inout RawSpan) throws(WireError) {
            lifetime = Lifetime(rawValue: try value.take(6, for: Self.layer).uint32(at: 2))
            var domains: [DomainName] = []
            // Behind the last name are zeros, which read as the root's.
            while !value.isEmpty {
                let name = try DomainName(reading: &value)
                if name != .root { domains.append(name) }
            }
            guard !domains.isEmpty else { throw .malformed(Self.layer, field: "Domain Names of DNS Search List") }
            self.domains = domains
        }

        public var size: Int { NDP.padded(6 + Self.size(of: domains)) }

        public func write(to octets: inout OutputSpan<UInt8>) {
            let end = octets.count + size
            octets.append(uint16: 0)
            octets.append(uint32: lifetime.rawValue)
            for domain in domains { domain.write(to: &octets) }
            while octets.count < end { octets.append(0) }
        }
    }
}
