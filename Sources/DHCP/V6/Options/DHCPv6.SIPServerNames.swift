public import Wire

extension DHCPv6 {
    /// Outbound proxies for SIP, by name (RFC 3319, 3.1).
    public struct SIPServerNames: DomainListOption {
        public static var code: OptionCode { .sipServerNames }

        /// The names in their order.
        public let domains: [DomainName]

        /// Makes an option of names; traps if there are none.
        public init(_ domains: [DomainName]) {
            precondition(!domains.isEmpty, "a list has one name at least")
            self.domains = domains
        }
    }
}
