import Wire

/// A name in the DNS's form that may lack its end, as in both versions' option for it (RFC 4702, 2.3.1; RFC 4704, 4.2).
enum EncodedName {
    /// The labels of a name, and whether it is complete; nil if it is malformed, or empty.
    static func read(_ octets: [UInt8]) -> (domain: DomainName, isComplete: Bool)? {
        guard !octets.isEmpty else { return nil }
        var whole = octets.span.octets
        if let domain = try? DomainName(reading: &whole) { return whole.isEmpty ? (domain, true) : nil }
        let completed = octets + [0]
        whole = completed.span.octets
        guard let domain = try? DomainName(reading: &whole), whole.isEmpty else { return nil }
        return (domain, false)
    }
}
