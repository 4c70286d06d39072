package import ServiceAPI
import Wire

/// Which addresses, or prefixes, a pool has to give, numbered from its first.
package struct PoolPlan: Equatable, Sendable {
    /// The most that one pool gives, which is what an instance keeps a bit of each.
    package static let capacityLimit = 1 << 24

    package let name: String
    package let isIPv4: Bool
    /// The length of the network, that addresses are told with.
    package let length: Int
    /// The length of the prefixes that are delegated; nil for addresses.
    package let delegatedLength: Int?
    /// How many numbers there are, given or not.
    package let capacity: Int
    /// The router, as it was given; empty if there is none.
    package let gateway: String
    package let dnsServers: [String]
    /// Numbers that are not given by themselves, in their order.
    package private(set) var reserved: [ClosedRange<Int>]
    /// Numbers that are not given at all: the network's own, its broadcast, the router.
    package private(set) var excluded: [Int]

    private let base: UInt128

    /// Reads a pool, or says what is wrong with it.
    package init(_ pool: Apus_Rns_V1_Pool) throws(RegionError) {
        guard RegionCheck.isName(pool.name) else {
            throw .invalid("pool.name", "a name is 1 to 63 of small letters, digits and '-'")
        }
        name = pool.name
        let bits: Int
        if let prefix = IPv4Prefix(pool.prefix) {
            (isIPv4, base, length, bits) = (true, UInt128(prefix.address.rawValue), prefix.length, 32)
        } else if let prefix = IPv6Prefix(pool.prefix) {
            (isIPv4, base, length, bits) = (false, prefix.address.rawValue, prefix.length, 128)
        } else {
            throw .invalid(
                "pool.prefix", "it must be a prefix such as 192.0.2.0/24 or 2001:db8::/64, without bits behind it")
        }
        guard length > 0 else { throw .invalid("pool.prefix", "all addresses there are cannot be a pool") }
        let unit: Int
        if pool.delegatedLength > 0 {
            guard !isIPv4, pool.delegatedLength <= 64, Int(pool.delegatedLength) >= length else {
                throw .invalid(
                    "pool.delegated_length", "prefixes of IPv6 are delegated, as long as the pool's or longer, up to 64"
                )
            }
            delegatedLength = Int(pool.delegatedLength)
            unit = Int(pool.delegatedLength)
        } else {
            delegatedLength = nil
            unit = bits
        }
        capacity = unit - length >= 24 ? Self.capacityLimit : 1 << (unit - length)
        gateway = pool.gateway
        dnsServers = pool.dnsServers
        var excluded: [Int] = []
        if delegatedLength == nil, unit - length >= 2 {
            // The network's own address; of IPv6 it is the routers' anycast (RFC 4291, 2.6.1).
            excluded.append(0)
            if isIPv4, capacity == 1 << (unit - length) { excluded.append(capacity - 1) }
        }
        for (index, server) in pool.dnsServers.enumerated()
        where IPv4Address(server) == nil && IPv6Address(server) == nil {
            throw .invalid("pool.dns_servers[\(index)]", "it is not an address")
        }
        guard pool.reserved.count <= 1_000 else { throw .invalid("pool.reserved", "there are up to 1000") }
        guard pool.dnsServers.count <= 16 else { throw .invalid("pool.dns_servers", "there are up to 16") }
        var reserved: [ClosedRange<Int>] = []
        self.excluded = excluded
        self.reserved = []
        if !pool.gateway.isEmpty {
            guard let router = number(of: pool.gateway, isWithin: false) else {
                throw .invalid("pool.gateway", "it is not an address of the pool's family")
            }
            if delegatedLength == nil, (0..<capacity).contains(router) { excluded.append(router) }
        }
        for (index, text) in pool.reserved.enumerated() {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            guard (1...2).contains(ends.count), let first = number(of: ends[0]), let last = number(of: ends.last ?? ""),
                first <= last
            else {
                throw .invalid("pool.reserved[\(index)]", "it is not an address, or a range FIRST-LAST, of the pool")
            }
            reserved.append(first...last)
        }
        self.excluded = excluded
        self.reserved = Self.merged(reserved)
    }

    /// Ranges without what is in two of them, so that all of them together are no more than the pool.
    private static func merged(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var merged: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = merged.last, range.lowerBound <= last.upperBound else {
                merged.append(range)
                continue
            }
            merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        }
        return merged
    }

    /// How many there are to give.
    package var offered: Int { capacity - Set(excluded).count }

    /// The number of an address, or of a delegated prefix; nil if it is not of this pool.
    package func number(of text: String) -> Int? { number(of: text, isWithin: true) }

    private func number(of text: String, isWithin: Bool) -> Int? {
        let value: UInt128
        if delegatedLength != nil, isWithin {
            guard let prefix = IPv6Prefix(text), prefix.length == delegatedLength else { return nil }
            value = prefix.address.rawValue
        } else if isIPv4 {
            guard let address = IPv4Address(text) else { return nil }
            value = UInt128(address.rawValue)
        } else {
            guard let address = IPv6Address(text) else { return nil }
            value = address.rawValue
        }
        guard value >= base else { return isWithin ? nil : -1 }
        let offset = (value - base) >> UInt128(shift)
        guard offset < UInt128(capacity) else { return isWithin ? nil : -1 }
        return Int(offset)
    }

    private var shift: Int { delegatedLength.map { 128 - $0 } ?? 0 }

    /// What is given, as text: 192.0.2.7, or 2001:db8:0:100::/56.
    package func text(of number: Int) -> String {
        let value = base + UInt128(number) << UInt128(shift)
        if isIPv4 { return IPv4Address(rawValue: UInt32(truncatingIfNeeded: value)).description }
        let address = IPv6Address(rawValue: value).description
        return delegatedLength.map { "\(address)/\($0)" } ?? address
    }

    /// What is given, with the length of its network: 192.0.2.7/24.
    package func textWithLength(of number: Int) -> String {
        delegatedLength == nil ? "\(text(of: number))/\(length)" : text(of: number)
    }

    /// Whether a number may be given to one who asks for it.
    package func isGiven(_ number: Int) -> Bool { (0..<capacity).contains(number) && !excluded.contains(number) }

    /// Whether an address of one may be of the other, too.
    package func overlaps(_ other: PoolPlan) -> Bool {
        guard isIPv4 == other.isIPv4 else { return false }
        let bits = isIPv4 ? 32 : 128
        let shared = UInt128(bits - min(length, other.length))
        return base >> shared == other.base >> shared
    }
}
