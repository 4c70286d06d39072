/// Addresses of one family, numbered from 0 in ascending order: what a sweep visits.
///
/// Ranges stay ranges, so that a network of 2^24 addresses costs no more than one of two.
package struct AddressSpace: Hashable, Sendable {
    /// Whether the addresses are of IPv6.
    package let isIPv6: Bool
    /// How many addresses there are.
    package private(set) var count: UInt64 = 0

    private var firsts: [UInt128] = []
    /// How many addresses lie before each range.
    private var befores: [UInt64] = []
    private var lengths: [UInt64] = []

    /// Takes ranges in any order, which may overlap; traps if there are more than 2^62 addresses.
    package init(isIPv6: Bool, ranges: [ClosedRange<UInt128>]) {
        self.isIPv6 = isIPv6
        var open: ClosedRange<UInt128>?
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            precondition(isIPv6 || range.upperBound <= UInt128(UInt32.max), "an IPv4 address has 32 bits")
            guard let current = open else {
                open = range
                continue
            }
            if range.lowerBound <= current.upperBound
                || current.upperBound < .max && range.lowerBound == current.upperBound + 1
            {
                open = current.lowerBound...max(current.upperBound, range.upperBound)
            } else {
                append(current)
                open = range
            }
        }
        if let open { append(open) }
    }

    /// Takes single addresses.
    package init(isIPv6: Bool, addresses: some Sequence<UInt128>) {
        self.init(isIPv6: isIPv6, ranges: addresses.map { $0...$0 })
    }

    /// The addresses, as ranges in ascending order that do not touch.
    package var ranges: [ClosedRange<UInt128>] {
        firsts.indices.map { firsts[$0]...firsts[$0] + UInt128(lengths[$0] - 1) }
    }

    private mutating func append(_ range: ClosedRange<UInt128>) {
        let length = range.upperBound - range.lowerBound
        precondition(length < 1 << 62 && count < 1 << 62, "a space has at most 2^62 addresses")
        firsts.append(range.lowerBound)
        befores.append(count)
        lengths.append(UInt64(length) + 1)
        count += UInt64(length) + 1
    }

    /// The address of a number below `count`.
    @inline(__always)
    package subscript(number number: UInt64) -> UInt128 {
        precondition(number < count, "a number lies below the count")
        if firsts.count == 1 { return firsts[0] &+ UInt128(number) }
        let place = Self.last(in: befores, atMost: number)
        return firsts[place] &+ UInt128(number &- befores[place])
    }

    /// The number of an address; nil if it is not one of them.
    @inline(__always)
    package func number(of address: UInt128) -> UInt64? {
        guard let first = firsts.first, address >= first else { return nil }
        let place = firsts.count == 1 ? 0 : Self.last(in: firsts, atMost: address)
        let offset = address &- firsts[place]
        return offset < UInt128(lengths[place]) ? befores[place] &+ UInt64(truncatingIfNeeded: offset) : nil
    }

    /// The last place whose value is not greater; the first value is not.
    private static func last<Value: Comparable>(in values: [Value], atMost value: Value) -> Int {
        var (low, high) = (0, values.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if values[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
