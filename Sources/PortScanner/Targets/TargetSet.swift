import Wire

/// The addresses to scan, each once, indexed without being expanded: `0..<count`.
///
/// IPv4 comes first. A /8 costs as little as one address, and an index costs a binary search. Patterns such as `10.*.*.1` stay
/// patterns; what is excluded from them is kept as ranges of their ranks.
public struct TargetSet: Hashable, Sendable {
    /// The most addresses a set may have; a /64 is refused, since nobody can scan it.
    public static let maximumCount = 1 << 48

    /// Runs of IPv4 addresses, disjoint and in order.
    let runs: [AddressRun<UInt32>]
    /// Patterns of IPv4 addresses, disjoint from the runs and each other.
    let patterns: [PatternSlice]
    /// Runs of IPv6 addresses of each zone.
    let runs6: [ZonedRun]

    /// How many addresses there are.
    public let count: Int

    private let runEnds: [Int]
    private let patternEnds: [Int]
    private let runEnds6: [Int]

    init(runs: [AddressRun<UInt32>], patterns: [PatternSlice], runs6: [ZonedRun]) {
        (self.runs, self.patterns, self.runs6) = (runs, patterns, runs6)
        var total = 0
        runEnds = runs.map { run in
            total += run.count
            return total
        }
        patternEnds = patterns.map { pattern in
            total += pattern.count
            return total
        }
        runEnds6 = runs6.map { run in
            total += run.run.count
            return total
        }
        count = total
    }

    /// The empty set.
    public init() { self.init(runs: [], patterns: [], runs6: []) }

    /// Makes a set of addresses.
    public init(_ addresses: some Sequence<TargetAddress>) {
        var builder = TargetSetBuilder()
        for address in addresses { builder.include(address) }
        self = builder.finish()
    }

    public var isEmpty: Bool { count == 0 }

    /// How many of the addresses are IPv4 ones: they have the first indices.
    public var ipv4Count: Int { patternEnds.last ?? runEnds.last ?? 0 }
}

extension TargetSet: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    /// The address at `index`; logarithmic in the number of runs.
    public subscript(index: Int) -> TargetAddress {
        precondition(index >= 0 && index < count, "an index lies in the set")
        let runTotal = runEnds.last ?? 0
        if index < runTotal {
            let place = runEnds.partitioningIndex { $0 > index }
            let offset = index - (place == 0 ? 0 : runEnds[place - 1])
            return .ipv4(IPv4Address(rawValue: runs[place].first + UInt32(offset)))
        }
        if index < ipv4Count {
            let place = patternEnds.partitioningIndex { $0 > index }
            let offset = index - (place == 0 ? runTotal : patternEnds[place - 1])
            return .ipv4(IPv4Address(rawValue: patterns[place][offset]))
        }
        let place = runEnds6.partitioningIndex { $0 > index }
        let offset = index - (place == 0 ? ipv4Count : runEnds6[place - 1])
        let run = runs6[place]
        return .ipv6(IPv6Address(rawValue: run.run.first + UInt128(offset)), zone: run.zone)
    }

    /// The index of `address`; nil if it is not in the set.
    public func index(of address: TargetAddress) -> Int? {
        switch address {
        case .ipv4(let address):
            let place = runs.partitioningIndex { $0.last >= address.rawValue }
            if place < runs.count, runs[place].first <= address.rawValue {
                return (place == 0 ? 0 : runEnds[place - 1]) + Int(address.rawValue - runs[place].first)
            }
            for (place, pattern) in patterns.enumerated() {
                guard let offset = pattern.index(of: address.rawValue) else { continue }
                return (place == 0 ? runEnds.last ?? 0 : patternEnds[place - 1]) + offset
            }
            return nil
        case .ipv6(let address, let zone):
            let place = runs6.partitioningIndex { $0.zone > zone || $0.zone == zone && $0.run.last >= address.rawValue }
            guard place < runs6.count, runs6[place].zone == zone, runs6[place].run.first <= address.rawValue else {
                return nil
            }
            return (place == 0 ? ipv4Count : runEnds6[place - 1]) + Int(address.rawValue - runs6[place].run.first)
        }
    }

    public func contains(_ address: TargetAddress) -> Bool { index(of: address) != nil }
}

extension TargetSet {
    /// The set's addresses of one family as runs in no order, and their zone; patterns are taken apart.
    ///
    /// The engine sweeps runs. A pattern of many runs costs memory for each.
    package func ranges(isIPv6: Bool) -> [(range: ClosedRange<UInt128>, zone: UInt32)] {
        guard !isIPv6 else { return runs6.map { ($0.run.first...$0.run.last, $0.zone) } }
        var found = runs.map { (range: UInt128($0.first)...UInt128($0.last), zone: UInt32(0)) }
        for slice in patterns {
            for index in 0..<slice.count {
                let address = UInt128(slice[index])
                if let last = found.last?.range, last.upperBound + 1 == address {
                    found[found.count - 1].range = last.lowerBound...address
                } else {
                    found.append((address...address, 0))
                }
            }
        }
        return found
    }
}
