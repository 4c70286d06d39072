public import Wire

extension DHCPv6 {
    /// The domains that a client looks a name up in (RFC 3646, 4).
    public struct DomainList: DomainListOption {
        public static var code: OptionCode { .domainList }

        /// The names in their order.
        public let domains: [DomainName]

        /// Makes an option of names; traps if there are none.
        public init(_ domains: [DomainName]) {
            precondition(!domains.isEmpty, "a list has one name at least")
            self.domains = domains
        }
    }
}
