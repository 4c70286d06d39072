public import Wire

extension DHCPv4 {
    /// The domains that a client looks a name up in (RFC 3397).
    public struct DomainSearch: Option {
        /// The most domains that are read.
        public static let limit = 128

        public static var code: OptionCode { .domainSearch }

        /// The domains in the order of the search.
        public let domains: [DomainName]

        /// Makes an option; traps unless there are 1 to 128 domains.
        public init(_ domains: [DomainName]) {
            precondition((1...Self.limit).contains(domains.count), "a list has 1 to 128 domains")
            self.domains = domains
        }

        /// Reads names that may be compressed within the value.
        public init(reading value: inout RawSpan) throws(WireError) {
            guard !value.isEmpty else { throw .malformed(Self.layer, field: "Len") }
            let whole = try value.take(value.byteCount, for: Self.layer)
            var domains: [DomainName] = []
            var offset = 0
            while offset < whole.byteCount {
                guard domains.count < Self.limit else { throw .malformed(Self.layer, field: "Searchstring") }
                domains.append(try DomainName(in: whole, at: &offset))
            }
            self.domains = domains
        }

        public var size: Int { domains.reduce(0) { $0 + $1.size } }

        public func write(to octets: inout OutputSpan<UInt8>) {
            for domain in domains { domain.write(to: &octets) }
        }
    }
}
