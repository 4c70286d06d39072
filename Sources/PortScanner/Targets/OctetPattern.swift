/// IPv4 addresses each of whose octets is one of a set: `10.0,2.1-254.*`.
struct OctetPattern: Hashable, Sendable {
    /// Each octet's values in order; none is empty.
    let octets: [[UInt8]]

    init(_ octets: [[UInt8]]) {
        precondition(octets.count == 4 && octets.allSatisfy { !$0.isEmpty }, "four octets have values")
        self.octets = octets.map { Array(Set($0)).sorted() }
    }

    var count: Int { octets.reduce(1) { $0 * $1.count } }

    /// The address of a rank, in the order of addresses.
    subscript(rank: Int) -> UInt32 {
        var rest = rank
        var address: UInt32 = 0
        for place in (0..<4).reversed() {
            address |= UInt32(octets[place][rest % octets[place].count]) << UInt32(24 - 8 * place)
            rest /= octets[place].count
        }
        return address
    }

    /// How many of the addresses are less than `address`.
    func rank(below address: UInt32) -> Int {
        var rank = 0
        var stride = count
        for (place, values) in octets.enumerated() {
            let octet = UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * place))
            stride /= values.count
            let less = values.partitioningIndex { $0 >= octet }
            rank += less * stride
            guard less < values.count, values[less] == octet else { return rank }
        }
        return rank
    }

    func contains(_ address: UInt32) -> Bool {
        octets.enumerated().allSatisfy { place, values in
            values.contains(UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * place)))
        }
    }

    /// How many runs of neighbours its addresses are.
    var runCount: Int {
        var runs = 1
        var isWhole = true
        for values in octets.reversed() {
            if isWhole {
                runs = Self.runs(of: values)
                isWhole = values.count == 256
            } else {
                runs *= values.count
            }
        }
        return runs
    }

    /// Its addresses as runs; only for patterns of few.
    var runs: [AddressRun<UInt32>] {
        var found: [AddressRun<UInt32>] = []
        // Octets that are whole at the end make each run that much longer.
        let whole = octets.reversed().prefix { $0.count == 256 }.count
        let stride = 1 << (8 * whole)
        for rank in Swift.stride(from: 0, to: count, by: stride) {
            let first = self[rank]
            let last = first + UInt32(stride - 1)
            if let before = found.last, before.last &+ 1 == first, before.last != .max {
                found[found.count - 1] = AddressRun(before.first, last)
            } else {
                found.append(AddressRun(first, last))
            }
        }
        return found
    }

    /// What is in this pattern and not in `other`, as disjoint patterns.
    func subtracting(_ other: OctetPattern) -> [OctetPattern] {
        var pieces: [OctetPattern] = []
        var common: [[UInt8]] = []
        for place in 0..<4 {
            let hole = Set(other.octets[place])
            let outside = octets[place].filter { !hole.contains($0) }
            if !outside.isEmpty { pieces.append(OctetPattern(common + [outside] + octets[(place + 1)...])) }
            let inside = octets[place].filter { hole.contains($0) }
            guard !inside.isEmpty else { return pieces }
            common.append(inside)
        }
        return pieces
    }

    private static func runs(of values: [UInt8]) -> Int {
        values.indices.reduce(0) { $0 + ($1 > 0 && Int(values[$1 - 1]) + 1 == Int(values[$1]) ? 0 : 1) }
    }
}

/// A pattern without what was excluded from it.
struct PatternSlice: Hashable, Sendable {
    let pattern: OctetPattern
    /// The ranks that are left, disjoint and in order.
    let ranks: [Range<Int>]
    private let ends: [Int]

    /// What is left of a pattern without `holes`, which are disjoint and in order.
    init(_ pattern: OctetPattern, without holes: [AddressRun<UInt32>]) {
        self.pattern = pattern
        var left: [Range<Int>] = []
        var first = 0
        for hole in holes {
            let low = pattern.rank(below: hole.first)
            let high = hole.last == .max ? pattern.count : pattern.rank(below: hole.last + 1)
            if low > first { left.append(first..<low) }
            first = max(first, high)
        }
        if first < pattern.count { left.append(first..<pattern.count) }
        ranks = left
        var total = 0
        ends = left.map { range in
            total += range.count
            return total
        }
    }

    var count: Int { ends.last ?? 0 }

    subscript(index: Int) -> UInt32 {
        let place = ends.partitioningIndex { $0 > index }
        return pattern[ranks[place].lowerBound + index - (place == 0 ? 0 : ends[place - 1])]
    }

    func index(of address: UInt32) -> Int? {
        guard pattern.contains(address) else { return nil }
        let rank = pattern.rank(below: address)
        let place = ranks.partitioningIndex { $0.upperBound > rank }
        guard place < ranks.count, ranks[place].contains(rank) else { return nil }
        return (place == 0 ? 0 : ends[place - 1]) + rank - ranks[place].lowerBound
    }
}
