extension DomainName {
    /// The name under in-addr.arpa whose PTR record names `address` (RFC 1035, 3.5).
    public init(reverse address: IPv4Address) {
        var labels: [[UInt8]] = []
        for shift: UInt32 in [0, 8, 16, 24] {
            labels.append(Array(String(UInt8(truncatingIfNeeded: address.rawValue >> shift)).utf8))
        }
        self.init(reverse: labels, zone: "in-addr")
    }

    /// The name under ip6.arpa whose PTR record names `address` (RFC 3596, 2.5).
    public init(reverse address: IPv6Address) {
        var labels: [[UInt8]] = []
        for index: UInt128 in 0..<32 {
            labels.append([Text.digit(UInt8(truncatingIfNeeded: address.rawValue >> (4 * index)))])
        }
        self.init(reverse: labels, zone: "ip6")
    }

    private init(reverse labels: [[UInt8]], zone: String) {
        guard let name = DomainName(labels: labels + [Array(zone.utf8), Array("arpa".utf8)]) else {
            preconditionFailure("a reverse name has short labels, and under 80 octets")
        }
        self = name
    }
}
